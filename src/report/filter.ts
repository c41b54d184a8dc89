/** Which changes a view shows. */
import type { ChangeData, FieldData, PageData } from '../cli/html/page-data.ts';
import type { View } from './view.ts';

/** The places of the changes that a view shows, in their order. */
export type Filter = (view: View) => readonly number[];

/** Texts to search are made with the first search. */
export function filterOf({ changes, customers }: PageData): Filter {
  let texts: readonly string[] | null = null;
  const textsOf = () => {
    texts ??= changes.map((change) => searchable(change, customers[change.customer]?.name ?? ''));
    return texts;
  };
  return (view) => {
    const customer = customers.findIndex(({ name }) => name === view.customer);
    const terms = view.search.toLowerCase().split(/\s+/).filter(Boolean);
    const searched = terms.length === 0 ? null : textsOf();
    const places: number[] = [];
    for (const [place, change] of changes.entries()) {
      if (view.customer !== '' && change.customer !== customer) continue;
      if (!fits(change, view)) continue;
      if (searched === null || terms.every((term) => searched[place]?.includes(term))) places.push(place);
    }
    return places;
  };
}

function fits(change: ChangeData, { list, actions, removals, rule, due }: View): boolean {
  return (
    change.list === list &&
    (actions.length === 0 || actions.includes(change.action)) &&
    (!removals || change.isRemoval) &&
    (rule === '' || change.reasons.some((reason) => reason.rule === rule)) &&
    (due === '' || change.due === due)
  );
}

/** Addresses before and after, aliases, names, and the members who come and go. */
function searchable({ address, name, resource, fields }: ChangeData, customer: string): string {
  return [address, name ?? '', resource, customer, ...fields.flatMap(wordsOf)].join('\n').toLowerCase();
}

const SEARCHED_TEXTS: ReadonlySet<string> = new Set(['address', 'name', 'displayName', 'givenName', 'surname']);

function wordsOf(field: FieldData): readonly string[] {
  if ('gone' in field) return [...field.gone, ...field.come, ...(field.name === 'aliases' ? field.kept : [])];
  const [name, ...values] = field;
  return SEARCHED_TEXTS.has(name) ? values.map((value) => value ?? '') : [];
}
