/** An LDAP server that misbehaves as it is told to, for what no real one can be brought to do. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { BerReader, BerWriter } from 'ldapts';

export interface StubRequest {
  readonly id: number;
  readonly kind: 'bind' | 'search' | 'other';
  /** Counts the connections from 1. */
  readonly connection: number;
  readonly baseDN: string;
  readonly attributes: readonly string[];
  /** The paged-results control, if there was one; the cookie as text, empty for the first page. */
  readonly page: { readonly cookie: string; readonly critical: boolean } | null;
}

export interface StubReply {
  entry(dn: string | Buffer, attributes: Readonly<Record<string, readonly (string | Buffer)[]>>): StubReply;
  reference(...urls: readonly string[]): StubReply;
  /** Ends the operation. A cookie of null leaves the paged-results control out; without one it is the last page. */
  done(code?: number, more?: StubResult): StubReply;
  raw(bytes: Buffer): StubReply;
  /** Closes the connection, after what was sent so far. */
  drop(): StubReply;
}

export interface StubResult {
  readonly cookie?: string | null;
  readonly message?: string;
  readonly matchedDN?: string;
  readonly referrals?: readonly string[];
}

type Handler = (request: StubRequest, reply: StubReply) => void;

export interface StubOptions {
  /** Answers the paged search for users, and of public folders. */
  readonly users?: Handler;
  /** Answers the paged search for groups; without it there are none. */
  readonly groups?: Handler;
  /** Answers a search for one entry other than the rootDSE; without it there is none. */
  readonly base?: Handler;
  /** Answers the search for the rootDSE; without it the stub is an Active Directory that can page. */
  readonly rootDse?: Handler;
  /** Without it every bind succeeds. */
  readonly bind?: Handler;
}

export interface LdapStub extends AsyncDisposable {
  readonly url: string;
  /** All requests so far. */
  readonly requests: readonly StubRequest[];
  /** How many connections are open now. */
  openConnections(): number;
}

export const PAGED_RESULTS = '1.2.840.113556.1.4.319';

/** Starts it on a free port of 127.0.0.1. */
export async function startLdapStub(options: StubOptions): Promise<LdapStub> {
  const sockets = new Set<Socket>();
  const requests: StubRequest[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      // A client that speaks TLS waits in vain.
      if (received[0] !== 0x30) return;
      for (let length = messageLength(received); length > 0; length = messageLength(received)) {
        const request = parseRequest(received.subarray(0, length), connection);
        received = received.subarray(length);
        requests.push(request);
        handlerFor(request, options)(request, replyTo(request, socket));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    openConnections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The first bytes of an entry: cut off after `length` of them. */
export function cutEntry(id: number, dn: string, length: number): Buffer {
  return entryMessage(id, dn, { cn: ['cut'] }).subarray(0, length);
}

const succeed: Handler = (_, reply) => reply.done();
const nothing: Handler = (_, reply) => reply.done(0);
const activeDirectory: Handler = (_, reply) =>
  reply.entry('', { supportedCapabilities: ['1.2.840.113556.1.4.800'], supportedControl: [PAGED_RESULTS] }).done();

function handlerFor(request: StubRequest, options: StubOptions): Handler {
  if (request.kind === 'bind') return options.bind ?? succeed;
  if (request.kind === 'other') return () => undefined;
  if (request.page === null) {
    return request.baseDN === '' ? (options.rootDse ?? activeDirectory) : (options.base ?? nothing);
  }
  return (request.attributes.includes('member') ? options.groups : options.users) ?? nothing;
}

function messageLength(bytes: Buffer): number {
  const reader = new BerReader(bytes);
  const start = bytes.length < 2 || reader.readSequence() === null ? 0 : reader.offset + reader.length;
  return start > bytes.length ? 0 : start;
}

const SEARCH = 0x63;
const BIND = 0x60;

function parseRequest(bytes: Buffer, connection: number): StubRequest {
  const reader = new BerReader(bytes);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  const operation = reader.readSequence();
  const end = reader.offset + reader.length;
  const kind = operation === SEARCH ? 'search' : operation === BIND ? 'bind' : 'other';
  const request = { id, kind, connection, baseDN: '', attributes: [], page: null } as const;
  return kind === 'search' ? { ...request, ...parseSearch(reader, end) } : request;
}

function parseSearch(reader: BerReader, end: number): Pick<StubRequest, 'baseDN' | 'attributes' | 'page'> {
  const baseDN = reader.readString() ?? '';
  reader.readEnumeration();
  reader.readEnumeration();
  reader.readInt();
  reader.readInt();
  reader.readBoolean();
  reader.readSequence();
  reader.offset += reader.length;
  const attributes: string[] = [];
  reader.readSequence();
  while (reader.offset < end) attributes.push(reader.readString() ?? '');
  if (reader.peek() !== CONTROLS) return { baseDN, attributes, page: null };
  reader.readSequence();
  reader.readSequence();
  reader.readString();
  const critical = reader.readBoolean() ?? false;
  const value = new BerReader(reader.readString(0x04, true) ?? Buffer.alloc(0));
  value.readSequence();
  value.readInt();
  return { baseDN, attributes, page: { cookie: value.readString() ?? '', critical } };
}

const CONTROLS = 0xa0;

function replyTo(request: StubRequest, socket: Socket): StubReply {
  const reply: StubReply = {
    entry(dn, attributes) {
      return reply.raw(entryMessage(request.id, dn, attributes));
    },
    reference(...urls) {
      return reply.raw(
        message(request.id, 0x73, (writer) => {
          for (const url of urls) writer.writeString(url);
        }),
      );
    },
    done(code = 0, more = {}) {
      return reply.raw(resultMessage(request, code, more));
    },
    raw(bytes) {
      socket.write(bytes);
      return reply;
    },
    drop() {
      socket.end();
      return reply;
    },
  };
  return reply;
}

function entryMessage(
  id: number,
  dn: string | Buffer,
  attributes: Readonly<Record<string, readonly (string | Buffer)[]>>,
): Buffer {
  return message(id, 0x64, (writer) => {
    writer.writeBuffer(Buffer.from(dn as string), 0x04);
    writer.startSequence();
    for (const [name, values] of Object.entries(attributes)) {
      writer.startSequence();
      writer.writeString(name);
      writer.startSequence(0x31);
      for (const value of values) writer.writeBuffer(Buffer.from(value as string), 0x04);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
  });
}

function resultMessage(request: StubRequest, code: number, more: StubResult): Buffer {
  const { message: text = '', matchedDN = '', referrals = [], cookie = '' } = more;
  const body = (writer: BerWriter) => {
    writer.writeEnumeration(code);
    writer.writeString(matchedDN);
    writer.writeString(text);
    if (referrals.length === 0) return;
    writer.startSequence(0xa3);
    for (const url of referrals) writer.writeString(url);
    writer.endSequence();
  };
  const isPaged = request.page !== null && cookie !== null;
  return message(request.id, request.kind === 'bind' ? 0x61 : 0x65, body, isPaged ? cookie : null);
}

function message(
  id: number,
  operation: number,
  body: (writer: BerWriter) => void,
  cookie: string | null = null,
): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(operation);
  body(writer);
  writer.endSequence();
  if (cookie !== null) {
    const value = new BerWriter();
    value.startSequence();
    value.writeInt(0);
    value.writeString(cookie);
    value.endSequence();
    writer.startSequence(CONTROLS);
    writer.startSequence();
    writer.writeString(PAGED_RESULTS);
    writer.writeBuffer(value.buffer, 0x04);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  return Buffer.from(writer.buffer);
}
