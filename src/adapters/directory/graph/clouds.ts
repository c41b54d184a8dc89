/** Where each cloud of Microsoft signs in and serves Graph: https://learn.microsoft.com/graph/deployments. */
import type { EntraCloud } from '../../../domain/config.ts';

/** Two origins: `https://HOST[:PORT]`. */
export interface CloudHosts {
  readonly login: string;
  readonly graph: string;
}

const CLOUDS: Readonly<Record<Extract<EntraCloud, string>, CloudHosts>> = {
  global: { login: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com' },
  'us-gov': { login: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us' },
  'us-dod': { login: 'https://login.microsoftonline.us', graph: 'https://dod-graph.microsoft.us' },
  china: { login: 'https://login.chinacloudapi.cn', graph: 'https://microsoftgraph.chinacloudapi.cn' },
};

export function hostsOf(cloud: EntraCloud): CloudHosts {
  if (typeof cloud === 'string') return CLOUDS[cloud];
  return { login: new URL(cloud.login).origin, graph: new URL(cloud.graph).origin };
}

/** The cloud for a message: its name, or the host of its sign-in. */
export function cloudName(cloud: EntraCloud): string {
  return typeof cloud === 'string' ? cloud : new URL(cloud.login).host;
}
