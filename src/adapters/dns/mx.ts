/** A domain's mail exchanges, with their addresses. */
import type { Answer, MailExchange, MxObservation } from '../../domain/observations.ts';
import { tooMany } from './failure.ts';
import { type Host, hostOf } from './host.ts';
import type { RecordOf } from './message.ts';
import type { Resolve } from './resolver.ts';

/** Exchanges whose addresses are asked for; senders try far fewer. */
const MAX_EXCHANGES = 30;

/** Asks for the MX records, then for all exchanges at once. */
export async function observeMx(domain: string, resolve: Resolve): Promise<MxObservation> {
  const { answer } = await resolve('MX', domain);
  if (answer.status !== 'answered') return { answer };
  const records = answer.records.toSorted((a, b) => a.preference - b.preference || compareText(a.exchange, b.exchange));
  const exchanges = await Promise.all(records.map((record, index) => exchangeOf(record, index, resolve)));
  return { answer: { ...answer, records: exchanges } };
}

async function exchangeOf(record: RecordOf<'MX'>, index: number, resolve: Resolve): Promise<MailExchange> {
  const { preference, exchange } = record;
  const { alias, addresses } = await hostAt(record, index, resolve);
  return { preference, exchange, alias, addresses };
}

async function hostAt({ name, exchange }: RecordOf<'MX'>, index: number, resolve: Resolve): Promise<Host> {
  // The root has no addresses: that is what makes it say "no mail here" (RFC 7505 3).
  if (exchange === '') return { alias: null, addresses: NO_ADDRESSES };
  if (index < MAX_EXCHANGES) return hostOf(exchange, resolve);
  const { problem } = tooMany(
    `${name}: only the first ${MAX_EXCHANGES} mail exchanges were looked at, and ${exchange} is not among them.`,
  );
  return { alias: null, addresses: { status: 'failed', problem } };
}

const NO_ADDRESSES: Answer<never> = { status: 'noData', ttl: null };

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
