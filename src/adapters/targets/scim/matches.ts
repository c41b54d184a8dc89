/** Whether a service holds what it is to hold, in whatever form it keeps it. */
import { sameValue, type TargetField, type TargetValue } from '../../../domain/target.ts';

/**
 * Compares the fields that were found: what a service does not keep is no difference. Names are the same whatever a service makes of white
 * space and invisible characters, telephone numbers whatever separators they have (RFC 3966 5.1.1).
 */
export function matches(expected: TargetValue, found: TargetValue): boolean {
  if (typeof expected === 'string' || typeof found === 'string') return sameValue(expected, found);
  return Object.keys(found).every((name) => sameField(name, expected[name] ?? null, found[name] ?? null));
}

export function sameField(name: string, expected: TargetField, found: TargetField): boolean {
  if (Array.isArray(expected) && Array.isArray(found)) {
    return expected.length === found.length && expected.every((item, index) => item === found[index]);
  }
  if (typeof expected !== 'string' || typeof found !== 'string')
    return isNothing(expected) ? isNothing(found) : expected === found;
  if (name === 'externalId' || name === 'userName') return expected === found;
  const form = name === 'homePhone' || name === 'mobile' ? phoneForm : textForm;
  return form(expected) === form(found);
}

/** A text of nothing but invisible characters may come back as none. */
function isNothing(field: TargetField): boolean {
  return field === null || (typeof field === 'string' && textForm(field) === '');
}

function textForm(text: string): string {
  return text.normalize('NFC').replace(/[\p{C}\p{Z}\s]+/gu, '');
}

function phoneForm(text: string): string {
  return textForm(text)
    .toLowerCase()
    .replace(/^tel:/, '')
    .replace(/[-.()/]/g, '');
}
