/** Orders to the program: POST `/__control` with `{"op": …}`. Objects are named by id, userPrincipalName or `mail`. */
import type { Permission } from './apps.ts';
import type { MailboxPurpose } from './directory.ts';
import type { Fault, FaultMatch } from './faults.ts';
import type { GroupFields, UserFields } from './fields.ts';
import type { GraphSimulator } from './simulator.ts';
import type { ExpiredAnswer, Tenant } from './tenant.ts';
import { type Answer, type Json, type JsonObject, parseObject, type WireRequest } from './wire.ts';

/** Each with `tenant`, an id or domain, if there are several. */
export type Order =
  | { readonly op: 'hire'; readonly user: UserFields; readonly mailbox?: MailboxPurpose | null }
  | { readonly op: 'update'; readonly user: string; readonly set: Omit<UserFields, 'id'> }
  /** New address and names; the old address stays as an alias. */
  | { readonly op: 'rename'; readonly user: string; readonly mail: string; readonly set?: Omit<UserFields, 'id'> }
  | { readonly op: 'disable' | 'enable' | 'delete' | 'restore' | 'purge'; readonly user: string }
  | { readonly op: 'addGroup'; readonly group: GroupFields; readonly members?: readonly string[] }
  | { readonly op: 'updateGroup'; readonly group: string; readonly set: Omit<GroupFields, 'id'> }
  | { readonly op: 'deleteGroup' | 'restoreGroup'; readonly group: string }
  | { readonly op: 'addMember' | 'removeMember'; readonly group: string; readonly member: string }
  | { readonly op: 'grant' | 'revoke'; readonly permissions: readonly Permission[] }
  | { readonly op: 'expireDeltaTokens'; readonly answer?: ExpiredAnswer }
  | { readonly op: 'expireAccessTokens' | 'expirePageTokens' | 'clearFaults' | 'requests' | 'clearRequests' }
  | { readonly op: 'throttle'; readonly times?: number; readonly retryAfter?: number; readonly path?: string }
  | { readonly op: 'fault'; readonly fault: Fault; readonly match?: FaultMatch };

/** Does it, and answers `{ok: true}` with what came of it; 400 with `{ok: false, error}` for what cannot be done. */
export async function control(simulator: GraphSimulator, request: WireRequest): Promise<Answer> {
  try {
    const order = parseObject(request.body) as (Order & { readonly tenant?: string }) | null;
    if (request.method !== 'POST' || order === null) throw new Error('Send an order as JSON, by POST.');
    return answer(200, { ok: true, ...obey(simulator, simulator.tenant(order.tenant), order) });
  } catch (error) {
    return answer(400, { ok: false, error: error instanceof Error ? error.message : String(error) });
  }
}

function obey(simulator: GraphSimulator, tenant: Tenant, order: Order): JsonObject {
  switch (order.op) {
    case 'fault':
      simulator.faults.add(order.fault, order.match ?? {});
      return {};
    case 'throttle': {
      const { times = 1, retryAfter, path } = order;
      const wait = retryAfter === undefined ? {} : { retryAfter };
      simulator.faults.add({ kind: 'throttle', ...wait }, { times, ...(path === undefined ? {} : { path }) });
      return {};
    }
    case 'clearFaults':
      simulator.faults.clear();
      return {};
    case 'requests':
      return { requests: simulator.requests as unknown as Json };
    case 'clearRequests':
      simulator.clearRequests();
      return {};
    default:
      return obeyTenant(tenant, order);
  }
}

type TenantOrder = Exclude<Order, { op: 'fault' | 'throttle' | 'clearFaults' | 'requests' | 'clearRequests' }>;

function obeyTenant(tenant: Tenant, order: TenantOrder): JsonObject {
  if ('user' in order) return obeyUser(tenant, order);
  if ('group' in order) return obeyGroup(tenant, order);
  switch (order.op) {
    case 'grant':
    case 'revoke':
      for (const { clientId } of tenant.apps) tenant[order.op](clientId, ...order.permissions);
      return {};
    case 'expireDeltaTokens':
      tenant.expireDeltaTokens(order.answer);
      return {};
    case 'expireAccessTokens':
    case 'expirePageTokens':
      tenant[order.op]();
      return {};
    default:
      throw unknownOrder(order);
  }
}

function obeyUser(tenant: Tenant, order: Extract<TenantOrder, { readonly user: unknown }>): JsonObject {
  if (order.op === 'hire') {
    const id = tenant.addUser(order.user);
    if (order.mailbox !== undefined) tenant.setMailbox(id, order.mailbox);
    return { id };
  }
  const id = tenant.idOf(order.user);
  if (order.op === 'disable' || order.op === 'enable') tenant.updateUser(id, { accountEnabled: order.op === 'enable' });
  else if (order.op === 'update') tenant.updateUser(id, order.set);
  else if (order.op === 'rename') rename(tenant, id, order.mail, order.set ?? {});
  else if (order.op === 'delete') tenant.deleteUser(id);
  else if (order.op === 'restore') tenant.restoreUser(id);
  else if (order.op === 'purge') tenant.purgeUser(id);
  else throw unknownOrder(order);
  return { id };
}

function rename(tenant: Tenant, id: string, mail: string, set: Omit<UserFields, 'id'>): void {
  const before = tenant.directory.users.getLive(id)?.fields['proxyAddresses'];
  const aliases = (Array.isArray(before) ? before : [])
    .map((each: Json) => String(each).replace(/^SMTP:/, 'smtp:'))
    .filter((each) => each.toLowerCase() !== `smtp:${mail.toLowerCase()}`);
  tenant.updateUser(id, { mail, userPrincipalName: mail, proxyAddresses: [`SMTP:${mail}`, ...aliases], ...set });
}

function obeyGroup(tenant: Tenant, order: Extract<TenantOrder, { readonly group: unknown }>): JsonObject {
  if (order.op === 'addGroup') {
    const members = (order.members ?? []).map((key) => tenant.idOf(key));
    return { id: tenant.addGroup(order.group, members) };
  }
  const id = tenant.idOf(order.group);
  if (order.op === 'updateGroup') tenant.updateGroup(id, order.set);
  else if (order.op === 'deleteGroup') tenant.deleteGroup(id);
  else if (order.op === 'restoreGroup') tenant.restoreGroup(id);
  else if (order.op === 'addMember') tenant.addMember(id, tenant.idOf(order.member));
  else if (order.op === 'removeMember') tenant.removeMember(id, tenant.idOf(order.member));
  else throw unknownOrder(order);
  return { id };
}

function unknownOrder(order: never | { readonly op: string }): Error {
  return new Error(`There is no order ${(order as { op: string }).op}.`);
}

function answer(status: number, body: JsonObject): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body };
}
