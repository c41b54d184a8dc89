/**
 * The tokens in `@odata.nextLink` and `@odata.deltaLink`: opaque, and with characters that a client which takes a link apart
 * and puts it together again writes in another way, so that it is found out.
 */
import { createHmac } from 'node:crypto';
import type { Json } from './wire.ts';

const PREFIX = 'm~AQ!';
const MAC_BYTES = 12;

export function sealToken(key: Buffer, state: Json): string {
  const text = Buffer.from(JSON.stringify(state));
  const mac = createHmac('sha256', key).update(text).digest().subarray(0, MAC_BYTES);
  return PREFIX + awkward(Buffer.concat([mac, text]).toString('base64'));
}

/** Undefined for a token that is not, byte for byte, what was given out. `raw` is as it stands in the query. */
export function openToken(key: Buffer, raw: string): Json | undefined {
  if (!/^m~AQ!(?:[A-Za-z0-9]|%2b|%2f|%3d)+$/.test(raw)) return undefined;
  const bytes = Buffer.from(decodeURIComponent(raw.slice(PREFIX.length)), 'base64');
  const text = bytes.subarray(MAC_BYTES);
  try {
    const state = JSON.parse(text.toString('utf8')) as Json;
    return sealToken(key, state) === raw ? state : undefined;
  } catch {
    return undefined;
  }
}

function awkward(base64: string): string {
  return base64.replaceAll('+', '%2b').replaceAll('/', '%2f').replaceAll('=', '%3d');
}
