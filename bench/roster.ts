/**
 * What a sync costs beside the floor, which is reading the same entries with ldapsearch: for 1,000, 10,000 and 100,000 people in a private
 * OpenLDAP, all in one run. Reports; asserts nothing but that every command does what it should.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { people, personDN } from '../test/support/people.ts';
import { type Slapd, startSlapd } from '../test/support/slapd.ts';
import { type Cost, measure, median } from './measure.ts';

const PROGRAM = new URL('../dist/cli/main.js', import.meta.url).pathname;
const PASSWORD = 'BENCH_LDAP_PASSWORD';
export const REPEATS = 3;

export interface Row {
  readonly people: number;
  readonly step: string;
  readonly cost: Cost;
  /** Wall time as a multiple of the floor's. */
  readonly ratio: number;
}

/** One size: the floor, then a roster's first days. */
export async function benchRoster(count: number): Promise<readonly Row[]> {
  await using slapd = await startSlapd({ ldif: people(count) });
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  try {
    await writeWorkspace(folder, slapd);
    return await measureDays(count, folder, slapd);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureDays(people: number, folder: string, slapd: Slapd): Promise<readonly Row[]> {
  const saved = join(folder, 'plan.json');
  const rollcall = (...args: readonly string[]) =>
    measure(process.execPath, [PROGRAM, '-C', folder, ...args], { [PASSWORD]: slapd.readerPassword });
  const plan = () => rollcall('plan', '-q', '-o', saved);
  const apply = () => rollcall('apply', '-q', saved);

  const floor = await repeated(() => floorOf(slapd));
  const first = await repeated(async () => {
    await rm(join(folder, '.rollcall'), { recursive: true, force: true });
    return [await plan(), await apply()] as const;
  });
  const unchanged = await repeated(() => rollcall('plan', '-q', '--detailed-exitcode'));
  const changed: (readonly [Cost, Cost])[] = [];
  for (let round = 1; round <= REPEATS; round += 1) {
    await slapd.modify(onePercent(people, round));
    changed.push([await plan(), await apply()]);
  }

  const base = median(floor);
  const row = (step: string, cost: Cost): Row => ({ people, step, cost, ratio: cost.wall / base.wall });
  return [
    row('ldapsearch -E pr=1000', base),
    ...pair('first', first).map(([step, cost]) => row(step, cost)),
    row('plan, nothing changed', median(unchanged)),
    ...pair('1% changed:', changed).map(([step, cost]) => row(step, cost)),
  ];
}

/** What the work gives, as often as it is measured. */
export async function repeated<T>(work: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let i = 0; i < REPEATS; i += 1) results.push(await work());
  return results;
}

function pair(name: string, costs: readonly (readonly [Cost, Cost])[]): readonly (readonly [string, Cost])[] {
  const [plan, apply] = [median(costs.map(([plan]) => plan)), median(costs.map(([, apply]) => apply))];
  const both = { wall: plan.wall + apply.wall, cpu: plan.cpu + apply.cpu, peak: Math.max(plan.peak, apply.peak) };
  return [
    [`${name} plan -o`, plan],
    [`${name} apply`, apply],
    [`${name} plan and apply`, both],
  ];
}

/** The attributes that Rollcall asks an inetOrgPerson for. */
const ATTRIBUTES = [
  'entryUUID',
  'proxyAddresses',
  'mail',
  'mailAlternateAddress',
  'mailLocalAddress',
  'givenName',
  'sn',
  'displayName',
  'homePhone',
  'mobile',
  'company',
  'o',
  'department',
  'departmentNumber',
  'ou',
  'info',
  'description',
  'userAccountControl',
  'nsAccountLock',
  'pwdAccountLockedTime',
];

function floorOf({ url, readerDN, readerPassword, suffix }: Slapd): Promise<Cost> {
  return measure('ldapsearch', [
    '-LLL',
    '-x',
    '-H',
    url,
    '-D',
    readerDN,
    '-w',
    readerPassword,
    '-E',
    'pr=1000/noprompt',
    '-b',
    suffix,
    '(objectClass=inetOrgPerson)',
    ...ATTRIBUTES,
  ]);
}

/** Every hundredth person gets another department and telephone number. */
function onePercent(people: number, round: number): string {
  return Array.from({ length: Math.ceil(people / 100) }, (_, i) => {
    const cn = `u${String((i * 100 + round) % people).padStart(6, '0')}`;
    return `dn: ${personDN(cn)}\nchangetype: modify\nreplace: mobile\nmobile: +49 171 ${round}${i}\n-\nreplace: department\ndepartment: Moved ${round}\n-\n\n`;
  }).join('');
}

async function writeWorkspace(folder: string, { url, readerDN, suffix }: Slapd): Promise<void> {
  await mkdir(join(folder, 'customers'));
  await writeFile(
    join(folder, 'rollcall.yaml'),
    'apiVersion: rollcall/v1\nkind: Workspace\ncustomers: [customers/*.yaml]\n',
  );
  await writeFile(
    join(folder, 'customers/acme.yaml'),
    `apiVersion: rollcall/v1
kind: Customer
name: acme
domains: [{name: example.test, verification: none}]
directory:
  type: ldap
  url: ${url}
  tls: 'off'
  baseDN: ['${suffix}']
  bind: {dn: '${readerDN}', password: {env: ${PASSWORD}}}
`,
  );
}
