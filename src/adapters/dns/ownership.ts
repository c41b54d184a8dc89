/** The ownership record, as the resolver has it and as the zone's own servers have it. */
import type { NameServerAnswer, OwnershipObservation } from '../../domain/observations.ts';
import { textsOf } from './answer.ts';
import { failureOf } from './failure.ts';
import { canonicalName } from './name.ts';
import type { Resolve } from './resolver.ts';
import { serverText } from './server.ts';
import { askZone, type ZoneAsking } from './zone.ts';

/** Looks for TXT records at the name; asks the zone's own servers too unless `zone` is null. */
export async function observeOwnership(
  written: string,
  resolve: Resolve,
  zone: ZoneAsking | null,
): Promise<OwnershipObservation> {
  const name = canonicalName(written);
  const [resolver, own] = await Promise.all([askResolver(name, resolve), zone === null ? NOBODY : askOwn(name, zone)]);
  return { name, resolver, ...own };
}

type OwnServers = Pick<OwnershipObservation, 'nameServers' | 'problem'>;

const NOBODY: OwnServers = { nameServers: [], problem: null };

async function askResolver(name: string, resolve: Resolve): Promise<NameServerAnswer> {
  const { server, answer } = await resolve('TXT', name);
  return { name: null, address: serverText(server), answer: textsOf(answer) };
}

async function askOwn(name: string, zone: ZoneAsking): Promise<OwnServers> {
  try {
    return { nameServers: await askZone(name, zone), problem: null };
  } catch (error) {
    return { nameServers: [], problem: failureOf(error).problem };
  }
}
