/** A tenant: its domains, apps and directory, and all that a test can do to it. */
import { randomBytes } from 'node:crypto';
import { type App, type AppOptions, createApp, type Permission } from './apps.ts';
import type { CloudName } from './clouds.ts';
import { createDirectory, type Directory, type DirectoryActions } from './directory.ts';
import { guid } from './guid.ts';

export interface TenantOptions {
  /** The part before `.onmicrosoft.com`; without it `contoso`. */
  readonly name?: string;
  /** A GUID; without it, one made from the name. */
  readonly id?: string;
  readonly displayName?: string;
  /** Verified domains beside the initial one; the first is the default one. */
  readonly domains?: readonly string[];
  readonly cloud?: CloudName;
  readonly apps?: readonly AppOptions[];
  /**
   * Whether a group's delta tells that a member left because it was deleted, and is back because it was restored. Microsoft's
   * documents do not say; without it, true.
   */
  readonly memberDeletionsInGroupDelta?: boolean;
}

/** How an unusable delta token is answered. */
export type ExpiredAnswer = 'gone' | 'syncStateNotFound' | 'resyncRequired';

export interface Tenant extends DirectoryActions {
  readonly id: string;
  readonly displayName: string;
  /** `contoso.onmicrosoft.com` */
  readonly initialDomain: string;
  readonly defaultDomain: string;
  readonly domains: readonly string[];
  readonly cloud: CloudName;
  readonly directory: Directory;
  /** In the order in which they were added. */
  readonly apps: readonly App[];
  app(clientId: string): App | undefined;
  /** Replaces an app with the same client id. */
  addApp(options: AppOptions): App;
  /** Changes what is known of an app; tokens issued before keep their rights. */
  changeApp(clientId: string, changes: Partial<Pick<App, 'permissions' | 'disabled'>>): void;
  grant(clientId: string, ...permissions: readonly Permission[]): void;
  revoke(clientId: string, ...permissions: readonly Permission[]): void;
  /** What was issued so far is answered with 401 from now on. */
  expireAccessTokens(): void;
  /** Delta tokens of now and before are refused; `answer` is 410 with a Location, or 400 with that code. */
  expireDeltaTokens(answer?: ExpiredAnswer): void;
  /** Links to further pages are refused with Directory_ExpiredPageToken. */
  expirePageTokens(): void;
  readonly tokens: TokenGenerations;
}

export interface TokenGenerations {
  readonly key: Buffer;
  readonly delta: number;
  readonly page: number;
  readonly expiredAnswer: ExpiredAnswer;
}

export function createTenant(options: TenantOptions): Tenant {
  const name = options.name ?? 'contoso';
  const initialDomain = `${name}.onmicrosoft.com`;
  const domains = [...(options.domains ?? []), initialDomain];
  const id = options.id ?? guid('tenant', name);
  const directory = createDirectory(id, domains[0] ?? initialDomain, options.memberDeletionsInGroupDelta ?? true);
  const registered = createApps(id, options.apps ?? []);
  let tokens: TokenGenerations = { key: randomBytes(32), delta: 0, page: 0, expiredAnswer: 'gone' };
  return {
    id,
    displayName: options.displayName ?? name,
    initialDomain,
    defaultDomain: domains[0] ?? initialDomain,
    domains,
    cloud: options.cloud ?? 'global',
    directory,
    ...directory.actions,
    ...registered,
    get apps() {
      return registered.apps;
    },
    expireAccessTokens: () => {
      tokens = { ...tokens, key: randomBytes(32) };
    },
    expireDeltaTokens: (expiredAnswer = 'gone') => {
      tokens = { ...tokens, delta: tokens.delta + 1, expiredAnswer };
    },
    expirePageTokens: () => {
      tokens = { ...tokens, page: tokens.page + 1 };
    },
    get tokens() {
      return tokens;
    },
  };
}

type AppActions = Pick<Tenant, 'apps' | 'app' | 'addApp' | 'changeApp' | 'grant' | 'revoke'>;

function createApps(tenantId: string, initial: readonly AppOptions[]): AppActions {
  const apps = new Map<string, App>();
  const actions: AppActions = {
    get apps() {
      return [...apps.values()];
    },
    app: (clientId) => apps.get(clientId.toLowerCase()),
    addApp(options) {
      const app = createApp(tenantId, options);
      apps.set(app.clientId.toLowerCase(), app);
      return app;
    },
    changeApp(clientId, changes) {
      const app = actions.app(clientId);
      if (app === undefined) throw new Error(`There is no app ${clientId} in the tenant.`);
      apps.set(clientId.toLowerCase(), { ...app, ...changes });
    },
    grant(clientId, ...permissions) {
      const before = actions.app(clientId)?.permissions ?? [];
      actions.changeApp(clientId, { permissions: [...new Set([...before, ...permissions])] });
    },
    revoke(clientId, ...permissions) {
      const before = actions.app(clientId)?.permissions ?? [];
      actions.changeApp(clientId, { permissions: before.filter((each) => !permissions.includes(each)) });
    },
  };
  for (const options of initial) actions.addApp(options);
  return actions;
}
