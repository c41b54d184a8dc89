/** What a new workspace is made from: one answer to each question. */
import { parseDomain } from '../../domain/address.ts';

export const ANSWER_NAMES = [
  'name',
  'displayName',
  'domain',
  'type',
  'url',
  'baseDN',
  'password',
  'tenant',
  'clientId',
  'secret',
  'deleteAfter',
  'target',
] as const;

export type AnswerName = (typeof ANSWER_NAMES)[number];

/** As typed, each in a form that its place in the YAML takes. Those about another type of directory are there, and are not used. */
export type Answers = Readonly<Record<AnswerName, string>>;

export const DIRECTORY_TYPES = ['ldap', 'entra', 'none'] as const;
export const TARGET_TYPES = ['none', 'postfix', 'scim', 'csv'] as const;

/** What is taken where nobody says otherwise: some of it follows from what was said before. */
const DEFAULTS: Readonly<Record<AnswerName, (given: Partial<Answers>) => string>> = {
  name: () => 'acme',
  displayName: (given) => capitalized(answered(given, 'name')),
  domain: (given) => `${answered(given, 'name')}.example`,
  type: () => 'ldap',
  url: (given) => `ldaps://dc1.${answered(given, 'domain')}`,
  baseDN: (given) => dcOf(answered(given, 'domain')),
  password: (given) => `${variableOf(answered(given, 'name'))}_LDAP_PASSWORD`,
  tenant: (given) => answered(given, 'domain'),
  clientId: () => '00000000-0000-0000-0000-000000000000',
  secret: (given) => `${variableOf(answered(given, 'name'))}_ENTRA_SECRET`,
  deleteAfter: () => '14d',
  target: () => 'none',
};

/** The answer that was given, or the one that stands for it. */
export function answered(given: Partial<Answers>, name: AnswerName): string {
  return given[name] ?? DEFAULTS[name](given);
}

/** Every answer: those given, and what is taken for the others. */
export function allAnswers(given: Partial<Answers>): Answers {
  return Object.fromEntries(ANSWER_NAMES.map((name) => [name, answered(given, name)])) as Record<AnswerName, string>;
}

function capitalized(name: string): string {
  return name
    .split('-')
    .filter((word) => word !== '')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join(' ');
}

function dcOf(domain: string): string {
  return (parseDomain(domain) ?? domain)
    .split('.')
    .map((label) => `dc=${label}`)
    .join(',');
}

/** The beginning of an environment variable's name, which no digit may be. */
function variableOf(name: string): string {
  return name
    .replaceAll('-', '_')
    .replace(/^(?=\d)/, '_')
    .toUpperCase();
}
