/** Made-up people of the customer's domain, so that there is something to plan before a directory can be read. */
import type { DirectoryObject, MailboxKind } from '../../domain/directory.ts';
import type { DirectoryIdentity } from '../../domain/identity.ts';
import type { ObjectId } from '../../domain/roster.ts';
import type { Answers } from './answers.ts';

export interface SampleReading {
  /** No real directory has it, so that the first reading of one is a switch (DEL-11). */
  readonly identity: DirectoryIdentity;
  readonly objects: readonly DirectoryObject[];
}

interface Person {
  readonly givenName: string;
  readonly department: string;
  readonly alias?: string;
  readonly disabled?: boolean;
  readonly mailbox?: MailboxKind;
}

/**
 * One more of them than a customer may lose at once without a word in the configuration (SAF-1): should they be applied, the first reading
 * of a real directory, where none of them is, blocks.
 */
const PEOPLE: readonly Person[] = [
  { givenName: 'Amelia', department: 'Sales', alias: 'sales' },
  { givenName: 'Bengt', department: 'Logistics' },
  { givenName: 'Carys', department: 'Sales' },
  { givenName: 'Dafydd', department: 'Design' },
  { givenName: 'Elif', department: 'Finance' },
  { givenName: 'Farid', department: 'Design' },
  { givenName: 'Wanda', department: 'Finance', disabled: true },
  { givenName: 'Reception', department: 'Office', disabled: true, mailbox: 'shared' },
];

const SURNAME = 'Sample';
const GROUP_NUMBER = 100;

/** What a directory of the chosen type would hold: six people, a disabled account, a shared mailbox, and a group. Null where there is no directory. */
export function sampleReading(answers: Answers): SampleReading | null {
  if (answers.type !== 'ldap' && answers.type !== 'entra') return null;
  const { type } = answers;
  const people = PEOPLE.map((person, index) => personObject(person, index + 1, answers));
  return { identity: { type, id: idOf(0) }, objects: [...people, groupObject(people, answers)] };
}

function personObject(
  { givenName, department, alias, disabled = false, mailbox = 'user' }: Person,
  number: number,
  answers: Answers,
) {
  const address = `${givenName.toLowerCase()}.${SURNAME.toLowerCase()}@${answers.domain}`;
  const displayName = `${givenName} ${SURNAME}`;
  return {
    ...NOTHING,
    id: idOf(number),
    name: answers.type === 'entra' ? address : `cn=${displayName},${answers.baseDN}`,
    kind: 'user',
    mailbox,
    disabled,
    proxyAddresses: [`SMTP:${address}`, ...(alias === undefined ? [] : [`smtp:${alias}@${answers.domain}`])],
    mail: [address],
    attributes: { givenName, surname: SURNAME, displayName, department },
  } satisfies DirectoryObject;
}

function groupObject(people: readonly DirectoryObject[], answers: Answers): DirectoryObject {
  const address = `everybody.${SURNAME.toLowerCase()}@${answers.domain}`;
  const displayName = `Everybody ${SURNAME}`;
  return {
    ...NOTHING,
    id: idOf(GROUP_NUMBER),
    name: answers.type === 'entra' ? displayName : `cn=${displayName},${answers.baseDN}`,
    kind: 'group',
    disabled: false,
    proxyAddresses: [`SMTP:${address}`],
    mail: [address],
    attributes: { displayName },
    members: people.filter(({ disabled }) => !disabled).map(({ id }) => id),
  };
}

const NOTHING = { mailbox: 'user', guest: false, aliases: [], members: [], unknownMembers: 0 } as const;

/** A UUID that is made up for everybody to see. */
function idOf(number: number): ObjectId {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as ObjectId;
}
