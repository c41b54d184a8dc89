/** What a service says of an error (RFC 7644 3.12). */
import { quoted } from './problems.ts';

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

export interface ToldError {
  readonly status: number | null;
  readonly scimType: string;
  readonly detail: string;
}

/** The error in a body, also where the service left its schema out; null if it is none. `isError`: the status says already that it is. */
export function errorIn(body: Readonly<Record<string, unknown>>, isError: boolean): ToldError | null {
  const { schemas, status, detail, scimType, id, Resources } = body;
  const isSaid = Array.isArray(schemas) && schemas.includes(ERROR_SCHEMA);
  const code = Number(status);
  const hasCode = Number.isInteger(code) && code >= 400 && code < 600;
  const isPlain = id === undefined && Resources === undefined && (hasCode || typeof body['error'] === 'string');
  if (!isError && !isSaid && !isPlain) return null;
  const words = [detail, body['message'], body['error']].find((text) => typeof text === 'string');
  return {
    status: hasCode ? code : null,
    scimType: typeof scimType === 'string' ? quoted(scimType).slice(0, 40) : '',
    detail: typeof words === 'string' ? words : '',
  };
}
