/** What the customer's own mail runs on, as far as its servers tell: for each there is another way to let only the service in. */
import type { CustomerConfig } from '../../domain/config.ts';

export const PLATFORMS = ['onPremises', 'microsoft365', 'googleWorkspace'] as const;
export type Platform = (typeof PLATFORMS)[number];

// Where Microsoft 365 (also its national clouds) and Google Workspace take a customer's mail.
const MICROSOFT = /\.mail\.protection\.(outlook\.com|office365\.us|partner\.outlook\.cn)$|\.mx\.microsoft$/;
const GOOGLE = /^(smtp|(.+\.)?aspmx\.l)\.google\.com$|^aspmx\d*\.googlemail\.com$/;

/** The platforms of the servers of the sites; all that there are where no site is stated. */
export function platformsOf({ sites }: Pick<CustomerConfig, 'sites'>): readonly Platform[] {
  const servers = sites.flatMap((site) => site.servers);
  if (servers.length === 0) return PLATFORMS;
  const found = new Set(servers.map(({ address }) => platformOf(address.toLowerCase())));
  return PLATFORMS.filter((platform) => found.has(platform));
}

function platformOf(address: string): Platform {
  if (MICROSOFT.test(address)) return 'microsoft365';
  return GOOGLE.test(address) ? 'googleWorkspace' : 'onPremises';
}
