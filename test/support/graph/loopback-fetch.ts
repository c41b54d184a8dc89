/** A `fetch` for which the clouds' hosts are the simulator, and every other host is out of reach. */
import { HOSTS } from './clouds.ts';

/** Says which host the client meant: on loopback all of them share one. */
export const HOST_HEADER = 'x-simulator-host';

export function createLoopbackFetch(port: number): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (url.protocol !== 'https:' || !HOSTS.has(url.host)) throw unreachable(url);
    const headers = new Headers(request.headers);
    headers.set(HOST_HEADER, url.host);
    const body = request.body === null ? null : await request.arrayBuffer();
    return await fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, {
      method: request.method,
      headers,
      body,
      signal: request.signal,
      redirect: request.redirect,
    });
  };
}

// As Node's own fetch fails when a name is not known.
function unreachable(url: URL): TypeError {
  const cause = Object.assign(new Error(`getaddrinfo ENOTFOUND ${url.hostname}`), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: url.hostname,
  });
  return new TypeError('fetch failed', { cause });
}
