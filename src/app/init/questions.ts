/** The questions of `rollcall init`, and what is wrong with an answer. */
import { error, type Finding } from '../../config/finding.ts';
import { normalizeCustomer, normalizeWorkspace } from '../../config/normalize.ts';
import { parseCustomer, parseWorkspace } from '../../config/parse.ts';
import {
  ANSWER_NAMES,
  type AnswerName,
  type Answers,
  allAnswers,
  answered,
  DIRECTORY_TYPES,
  TARGET_TYPES,
} from './answers.ts';
import { customerFile } from './customer-file.ts';
import { workspaceFile } from './workspace-file.ts';

interface Question {
  readonly text: string;
  /** The type of directory that it is about. */
  readonly about?: string;
  readonly choices?: readonly string[];
}

const QUESTIONS: Readonly<Record<AnswerName, Question>> = {
  name: { text: 'The customer’s name, the key everywhere (a-z, 0-9 and -)' },
  displayName: { text: 'What people call the customer' },
  domain: { text: 'The domain of its addresses' },
  type: {
    text: 'Its directory: ldap (Active Directory, OpenLDAP), entra (Entra ID), or none yet',
    choices: DIRECTORY_TYPES,
  },
  url: { text: 'The address of the directory', about: 'ldap' },
  baseDN: { text: 'Where in it to look', about: 'ldap' },
  password: { text: 'The environment variable that holds its password', about: 'ldap' },
  tenant: { text: 'The tenant: its id, or one of its domains', about: 'entra' },
  clientId: { text: 'The client id of the app registration', about: 'entra' },
  secret: { text: 'The environment variable that holds its secret', about: 'entra' },
  deleteAfter: { text: 'How long people who are gone are kept (7d or more, or never)' },
  target: { text: 'The mail system to tell: postfix, scim, csv, or none yet', choices: TARGET_TYPES },
};

export interface Asking {
  /** Resolves to the line typed, or to null where there is nobody to ask. */
  readonly ask: (question: string) => Promise<string | null>;
  /** Takes what is wrong with an answer, before the question is asked again. */
  readonly refuse: (problem: string) => void;
}

/** Asks for what is not given. Where there is nobody to ask, or an answer is empty, the default is taken. */
export async function askAll(given: Partial<Answers>, { ask, refuse }: Asking): Promise<Answers> {
  let answers = given;
  for (const name of ANSWER_NAMES) {
    const isGiven = answers[name] !== undefined;
    if (isGiven || !isAsked(name, answers)) continue;
    const answer = await settled(name, answers, { ask, refuse });
    if (answer === null) break;
    answers = { ...answers, [name]: answer };
  }
  return allAnswers(answers);
}

/** Asks one question until its answer can be used. */
async function settled(name: AnswerName, answers: Partial<Answers>, { ask, refuse }: Asking): Promise<string | null> {
  const fallback = answered(answers, name);
  for (;;) {
    const line = await ask(`${QUESTIONS[name].text} [${fallback}]: `);
    if (line === null) return null;
    const answer = line.trim() === '' ? fallback : line.trim();
    const problem = problemWith(name, { ...answers, [name]: answer });
    if (problem === null) return answer;
    refuse(problem);
  }
}

function isAsked(name: AnswerName, answers: Partial<Answers>): boolean {
  const type = answered(answers, 'type');
  if (name === 'deleteAfter') return type !== 'none';
  const { about } = QUESTIONS[name];
  return about === undefined || about === type;
}

/** What is wrong with one of the answers, the others being right: the words that `rollcall validate` has for it. Null if nothing is. */
export function problemWith(name: AnswerName, given: Partial<Answers>): string | null {
  const answer = answered(given, name);
  const { choices } = QUESTIONS[name];
  if (choices !== undefined) return choices.includes(answer) ? null : `Answer one of: ${choices.join(', ')}.`;
  if (/\p{C}/u.test(answer)) return 'There is a character in it that cannot be seen.';
  const type = QUESTIONS[name].about ?? answered(given, 'type');
  return findingsOf(allAnswers({ ...given, type })).find(({ severity }) => severity === 'error')?.message ?? null;
}

/** What validation finds in the files that these answers make. */
function findingsOf(answers: Answers): readonly Finding[] {
  const stay = (path: string) => path;
  const workspace = normalizeWorkspace(parseWorkspace(workspaceFile(answers), 'rollcall.yaml'), stay);
  const parsed = parseCustomer(customerFile(answers), 'customer');
  const { value, findings } = normalizeCustomer(parsed, [], { ...workspace, service: null }, stay);
  const all = [...parsed.findings, ...findings];
  return value === null && all.length === 0 ? [error('CONFIG_FILE', parsed.at(), 'It cannot be used.')] : all;
}
