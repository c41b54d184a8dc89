/** Answers as Graph writes them: headers, and errors of the shape of the published samples. */
import { guid } from './guid.ts';
import { type Answer, JSON_TYPE, type JsonObject, type Refusal, type WireRequest } from './wire.ts';
import type { World } from './world.ts';

export function ok(body: JsonObject | string, units = 1): Answer {
  const type = typeof body === 'string' ? 'text/plain' : JSON_TYPE;
  return {
    status: 200,
    headers: {
      'Cache-Control': 'no-cache',
      'x-ms-resource-unit': String(units),
      'OData-Version': '4.0',
      'Content-Type': type,
    },
    body,
  };
}

/** The error as an answer. */
export function refused(world: World, request: WireRequest, refusal: Refusal): Answer {
  const { status, code, message, more } = refusal;
  const headers = {
    'Cache-Control': 'no-cache',
    'x-ms-resource-unit': '1',
    ...more,
    'Content-Type': 'application/json',
  };
  return { status, headers, body: errorBody(world, request, code, message) };
}

export function errorBody(world: World, request: WireRequest, code: string, message: string): JsonObject {
  const requestId = guid('request', world.nextId());
  return {
    error: {
      code,
      message,
      innerError: {
        date: world.now().toISOString().slice(0, 19),
        'request-id': requestId,
        'client-request-id': request.headers['client-request-id'] ?? requestId,
      },
    },
  };
}

/** As the published sample: the details stand twice in it. */
export function throttled(world: World, retryAfter: number | string | null): Answer {
  const wait = retryAfter === null ? {} : { 'Retry-After': String(retryAfter) };
  return {
    status: 429,
    headers: { 'Cache-Control': 'no-cache', ...wait, 'Content-Type': 'application/json' },
    body: {
      error: {
        code: 'TooManyRequests',
        innerError: {
          code: '429',
          date: world.now().toISOString().slice(0, 19),
          message: 'Please retry after',
          'request-id': guid('request', world.nextId()),
          status: '429',
        },
        message: 'Please retry again later.',
      },
    },
  };
}

/** The code that Graph has for a status. */
export function codeOf(status: number): string {
  return CODES[status] ?? 'UnknownError';
}

const CODES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
  500: 'InternalServerError',
  501: 'NotImplemented',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};
