/** The national clouds and their hosts, as Microsoft's deployments page lists them. */

export type CloudName = 'global' | 'us-gov' | 'us-dod' | 'china';

interface Cloud {
  readonly name: CloudName;
  readonly logins: readonly string[];
  readonly graph: string;
}

const CLOUDS: readonly Cloud[] = [
  { name: 'global', logins: ['login.microsoftonline.com'], graph: 'graph.microsoft.com' },
  { name: 'us-gov', logins: ['login.microsoftonline.us'], graph: 'graph.microsoft.us' },
  { name: 'us-dod', logins: ['login.microsoftonline.us'], graph: 'dod-graph.microsoft.us' },
  {
    name: 'china',
    logins: ['login.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
    graph: 'microsoftgraph.chinacloudapi.cn',
  },
];

/** Every host that the simulator answers for. */
export const HOSTS: ReadonlySet<string> = new Set(CLOUDS.flatMap(({ logins, graph }) => [...logins, graph]));

/** The clouds that sign in at this host: two for the United States' one. A host of this machine serves all of them. */
export function cloudsOfLogin(host: string): readonly CloudName[] {
  return CLOUDS.filter(({ logins }) => isLocal(host) || logins.includes(host)).map(({ name }) => name);
}

/** Whether `host` is this cloud's Graph. */
export function isGraphOf(cloud: CloudName, host: string): boolean {
  return isLocal(host) || CLOUDS.some(({ name, graph }) => name === cloud && graph === host);
}

/** Whether a request is for Graph, and not for the sign-in service: by its host, or by its path on a host that serves both. */
export function isForGraph(host: string, path: string): boolean {
  return isLocal(host) ? /^\/(?:v1\.0|beta)(?:\/|$)/.test(path) : CLOUDS.some(({ graph }) => graph === host);
}

/** A host that is no cloud's: the simulator under its own address. */
function isLocal(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(host);
}
