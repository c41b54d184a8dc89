/** Made-up people and groups, the same every time. */
import type { UserFields } from './fields.ts';
import { guid } from './guid.ts';
import type { Tenant } from './tenant.ts';

const GIVEN = ['Anna', 'Ben', 'Cara', 'Dirk', 'Eva', 'Finn', 'Gerd', 'Hana', 'Ida', 'Jörg', 'Zoë', '美咲'];
const DEPARTMENTS = ['Sales', 'Engineering', 'HR', 'Legal', 'Support', 'Finance'];
const SKU = guid('sku', 'business');

export interface Population {
  readonly people: number;
  /** Without it none. */
  readonly groups?: number;
  /** Of each group; without it 20. */
  readonly members?: number;
}

/** Adds them to the tenant's default domain; one in 50 is disabled, one in 100 a guest, one in 200 a shared mailbox. */
export function populate(tenant: Tenant, { people, groups = 0, members = 20 }: Population): void {
  const ids: string[] = [];
  for (let index = 0; index < people; index += 1) {
    const id = tenant.addUser(person(index, tenant.defaultDomain));
    if (index % 200 === 199) tenant.setMailbox(id, 'shared');
    ids.push(id);
  }
  for (let group = 0; group < groups; group += 1) {
    const mailNickname = `team${group}`;
    const mail = `${mailNickname}@${tenant.defaultDomain}`;
    const chosen = Array.from({ length: Math.min(members, people) }, (_, index) => ids[(group * 37 + index) % people]);
    tenant.addGroup(
      {
        displayName: `Team ${group}`,
        mail,
        mailNickname,
        mailEnabled: true,
        securityEnabled: group % 2 === 1,
        groupTypes: group % 2 === 1 ? [] : ['Unified'],
        proxyAddresses: [`SMTP:${mail}`],
        visibility: 'Public',
      },
      chosen.filter((id) => id !== undefined),
    );
  }
}

function person(index: number, domain: string): UserFields {
  const mailNickname = `u${String(index).padStart(6, '0')}`;
  const mail = `${mailNickname}@${domain}`;
  const givenName = GIVEN[index % GIVEN.length] ?? '';
  const isShared = index % 200 === 199;
  const isGuest = index % 100 === 33;
  return {
    accountEnabled: !isShared && index % 50 !== 0,
    assignedLicenses: isShared || isGuest ? [] : [{ skuId: SKU, disabledPlans: [] }],
    businessPhones: [`+49 30 ${String(index).padStart(7, '0')}`],
    companyName: 'Example GmbH',
    department: DEPARTMENTS[index % DEPARTMENTS.length] ?? '',
    displayName: `${givenName} Muster${index}`,
    givenName,
    mail,
    mailNickname,
    mobilePhone: `+49 170 ${String(index).padStart(7, '0')}`,
    proxyAddresses: [`SMTP:${mail}`, `smtp:${mailNickname}.alias@${domain}`],
    surname: `Muster${index}`,
    userPrincipalName: isGuest ? `${mailNickname}_partner.test#EXT#@${domain}` : mail,
    userType: isGuest ? 'Guest' : 'Member',
  };
}
