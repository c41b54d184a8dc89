/** Requests to the API of GitHub or GitLab: JSON in, JSON out, patient where the server asks for it. */
import { setTimeout as wait } from 'node:timers/promises';

const ATTEMPTS = 5;
const PATIENCE_MS = 120_000;
const TIMEOUT_MS = 30_000;

/** What a server answered, or that it did not; `unclear` where it may have done what it was asked all the same. */
export class RequestFailed extends Error {
  name = 'RequestFailed';
  constructor(message, { status = null, unclear = false } = {}) {
    super(message);
    this.status = status;
    this.unclear = unclear;
  }
}

/**
 * An API below one address. `headers` carry the token, and go to no other origin. Paths are relative to the address.
 *
 * @param {{address: string, headers: Record<string, string>}} api
 */
export function openApi({ address, headers }) {
  const base = new URL(address.endsWith('/') ? address : `${address}/`);

  async function attempt(method, url, body) {
    const mayRepeat = method !== 'POST';
    const what = `${method} ${url.pathname}`;
    let response;
    try {
      response = await fetch(url, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const cause = error.cause?.code ?? error.cause?.message ?? error.name;
      const failed = new RequestFailed(`${what}: ${base.host} did not answer (${cause}).`, { unclear: true });
      return { failed, repeat: mayRepeat, afterMs: null };
    }
    if (response.ok) return { response };
    const { status } = response;
    const failed = new RequestFailed(`${what}: ${status} ${await complaint(response)}`, {
      status,
      unclear: status >= 500,
    });
    const limited = status === 429 || (status === 403 && isLimited(response.headers));
    return { failed, repeat: limited || (mayRepeat && status >= 500), afterMs: askedToWait(response.headers) };
  }

  async function send(method, url, body) {
    for (let tried = 1; ; tried += 1) {
      const { response, failed, repeat, afterMs } = await attempt(method, url, body);
      if (response !== undefined) return response;
      const delayMs = afterMs ?? 1000 * 2 ** (tried - 1);
      if (!repeat || tried === ATTEMPTS || delayMs > PATIENCE_MS) throw failed;
      await response?.body?.cancel();
      await wait(delayMs);
    }
  }

  return {
    /** The answer to one request, parsed. */
    async json(method, path, body) {
      return await (await send(method, new URL(path, base), body)).json();
    },
    /** Every element of a list, page after page (RFC 8288, `rel="next"`), each page as it is needed. */
    async *pages(path) {
      for (let url = new URL(path, base); url !== null; ) {
        const response = await send('GET', url);
        const page = await response.json();
        if (!Array.isArray(page)) throw new RequestFailed(`GET ${url.pathname}: a list was expected.`);
        yield* page;
        url = nextPage(response.headers.get('link'), url);
      }
    },
    /** The bytes of a file. Where the server sends one elsewhere for it, the token stays behind. */
    async file(path) {
      let response = await fetch(new URL(path, base), {
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const elsewhere = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && elsewhere !== null) {
        response = await fetch(new URL(elsewhere, base), { signal: AbortSignal.timeout(TIMEOUT_MS) });
      }
      if (response.status === 404) return null;
      if (!response.ok) throw new RequestFailed(`GET ${path}: ${response.status}`, { status: response.status });
      return Buffer.from(await response.arrayBuffer());
    },
  };
}

function isLimited(headers) {
  return headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0';
}

/** Milliseconds, or null where the server did not say. */
function askedToWait(headers) {
  const after = headers.get('retry-after');
  if (after !== null) {
    const ms = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now();
    return Number.isNaN(ms) ? null : Math.max(0, ms);
  }
  const reset = headers.get('x-ratelimit-reset');
  if (headers.get('x-ratelimit-remaining') !== '0' || reset === null) return null;
  return Math.max(0, Number(reset) * 1000 - Date.now());
}

async function complaint(response) {
  const text = await response.text().catch(() => '');
  return text
    .slice(0, 300)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim();
}

/** Never on another origin, for the token would go there. */
function nextPage(link, from) {
  const [, target] = /<([^>]+)>\s*;[^,]*rel="?next"?/.exec(link ?? '') ?? [];
  if (target === undefined) return null;
  const next = new URL(target, from);
  if (next.origin !== from.origin) throw new RequestFailed(`GET ${from.pathname}: the next page is on ${next.host}.`);
  return next;
}
