/** What a recording keeps for other filters, less what is personal. */
import type { DirectoryEvidence, DirectoryQuestion, KeptValues } from '../../domain/directory-evidence.ts';

/** What an account is, where somebody works and for whom. Any other attribute may hold a name, also of a group that somebody is in. */
const IMPERSONAL: ReadonlySet<string> = new Set([
  ...['accountenabled', 'usertype', 'objectclass', 'useraccountcontrol', 'accountexpires', 'employeetype', 'mail'],
  ...['msexchrecipienttypedetails', 'msexchhidefromaddresslists', 'company', 'o', 'department', 'departmentnumber'],
  ...['ou', 'division', 'physicaldeliveryofficename', 'businesscategory', 'l', 'st', 'co', 'c', 'postalcode'],
]);

/**
 * Values of other attributes are left out, not replaced: a filter that looks at them could not be answered rightly, and now it is known that it
 * cannot.
 */
export function impersonalEvidence({ question, values }: DirectoryEvidence): DirectoryEvidence {
  return {
    question: impersonalQuestion(question),
    values: new Map([...values].map(([id, kept]) => [id, impersonalValues(kept)])),
  };
}

function impersonalQuestion(question: DirectoryQuestion): DirectoryQuestion {
  if (question.type === 'entra') return question;
  return { ...question, kept: question.kept.filter((name) => IMPERSONAL.has(name)) };
}

function impersonalValues(kept: KeptValues): KeptValues {
  return Object.fromEntries(Object.entries(kept).filter(([name]) => IMPERSONAL.has(name)));
}
