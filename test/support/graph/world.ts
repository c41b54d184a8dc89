/** What answers a request: the tenants, the clock, the faults that wait, and how deltas behave. */
import { randomBytes } from 'node:crypto';
import { createFaults, type Faults } from './faults.ts';
import { createTenant, type Tenant, type TenantOptions } from './tenant.ts';

export interface DeltaOptions {
  /** Objects in a page; without it 200. */
  readonly pageSize?: number;
  /** Members of one group in a page; a bigger group comes again in the next. Without it 1000. */
  readonly memberSlice?: number;
  /** Every page begins with the last object of the page before. */
  readonly replay?: boolean;
  /** Pages list their objects backwards. */
  readonly reverse?: boolean;
  /** The first round ends with what was deleted and can still be restored, as `@removed`. */
  readonly removedInInitial?: boolean;
  /** An undeleted object shows only if a selected property changed too, as has been reported of the real service. */
  readonly hideUndeletes?: boolean;
  /** How long a token is good for; without it 7. */
  readonly tokenDays?: number;
}

export interface World {
  readonly tenants: readonly Tenant[];
  readonly faults: Faults;
  readonly delta: Readonly<Required<DeltaOptions>>;
  /** Of tokens in links. */
  readonly linkKey: Buffer;
  /** By id or by any verified domain. */
  findTenant(name: string): Tenant | undefined;
  addTenant(options: TenantOptions): Tenant;
  setDelta(options: DeltaOptions): void;
  now(): Date;
  /** A GUID for a request, in a row that is the same every time. */
  nextId(): number;
}

const DELTA: Required<DeltaOptions> = {
  pageSize: 200,
  memberSlice: 1000,
  replay: false,
  reverse: false,
  removedInInitial: false,
  hideUndeletes: false,
  tokenDays: 7,
};

export function createWorld(tenants: readonly TenantOptions[], delta: DeltaOptions, now: () => Date): World {
  const all: Tenant[] = [];
  let delivered = { ...DELTA, ...delta };
  let requests = 0;
  const world: World = {
    tenants: all,
    faults: createFaults(),
    linkKey: randomBytes(32),
    get delta() {
      return delivered;
    },
    findTenant(name) {
      const wanted = name.toLowerCase();
      return all.find(({ id, domains }) => id.toLowerCase() === wanted || domains.includes(wanted));
    },
    addTenant(options) {
      const tenant = createTenant(options);
      all.push(tenant);
      return tenant;
    },
    setDelta(options) {
      delivered = { ...delivered, ...options };
    },
    now,
    nextId() {
      requests += 1;
      return requests;
    },
  };
  for (const options of tenants) world.addTenant(options);
  return world;
}
