/** A tenant as a JSON file, for the program: people and groups know each other by address instead of id. */
import { readFile } from 'node:fs/promises';
import type { AppOptions } from './apps.ts';
import type { MailboxPurpose } from './directory.ts';
import type { ContactFields, GroupFields, UserFields } from './fields.ts';
import type { GraphSimulator } from './simulator.ts';
import type { Tenant, TenantOptions } from './tenant.ts';

export interface WorldFile {
  readonly tenant?: Omit<TenantOptions, 'apps'>;
  readonly apps?: readonly AppOptions[];
  /** Of Graph's properties, and what `mailboxSettings/userPurpose` says. */
  readonly users?: readonly (UserFields & { readonly mailbox?: MailboxPurpose | null })[];
  readonly contacts?: readonly ContactFields[];
  /** Members by id, userPrincipalName or `mail`; a group before it is a member of another. */
  readonly groups?: readonly (GroupFields & { readonly members?: readonly string[] })[];
}

export async function readWorldFile(path: string): Promise<WorldFile> {
  return JSON.parse(await readFile(path, 'utf8')) as WorldFile;
}

/** Adds the tenant with all that is in it. */
export function loadWorld(simulator: Pick<GraphSimulator, 'addTenant'>, file: WorldFile): Tenant {
  const tenant = simulator.addTenant({ ...file.tenant, apps: file.apps ?? [] });
  for (const { mailbox, ...fields } of file.users ?? []) {
    const id = tenant.addUser(fields);
    if (mailbox !== undefined) tenant.setMailbox(id, mailbox);
  }
  for (const fields of file.contacts ?? []) tenant.addContact(fields);
  for (const { members = [], ...fields } of file.groups ?? []) {
    tenant.addGroup(
      fields,
      members.map((key) => tenant.idOf(key)),
    );
  }
  return tenant;
}
