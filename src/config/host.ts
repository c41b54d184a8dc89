/** What may stand where a server is named. */
import { parseDomain } from '../domain/address.ts';

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;

/** Whether `text` is a host name, with or without dots, or an IP address of either kind. */
export function isHost(text: string): boolean {
  if (text.includes(':')) return URL.canParse(`http://[${text}]`);
  if (/^[\d.]+$/.test(text)) return IPV4.test(text);
  return parseDomain(text) !== null || LABEL.test(text);
}
