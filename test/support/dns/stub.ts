/** A DNS server that misbehaves as it is told to, for what no real one can be brought to do. UDP and TCP on one port of loopback. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode, RECURSION_AVAILABLE } from 'dns-packet';

export interface StubQuestion {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly edns: boolean;
  readonly recursion: boolean;
  readonly over: 'udp' | 'tcp';
}

export interface StubAnswer {
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  readonly additionals?: readonly Answer[];
  /** RCODE. */
  readonly rcode?: number;
  /** Flags of dns-packet in the place of AA and RA. */
  readonly flags?: number;
  /** In the place of the question's own. */
  readonly id?: number;
  /** In the place of the question's own; null leaves the question out. */
  readonly question?: { readonly name: string; readonly type: 'A' | 'TXT' } | null;
}

/** Messages; or one from another port, without its last byte, or later; or nothing. */
export type StubReply =
  | { readonly late: Buffer; readonly afterMs: number }
  | readonly Buffer[]
  | { readonly elsewhere: Buffer }
  | { readonly cut: Buffer }
  | 'silence';

export interface DnsStub extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly port: number;
  /** All questions so far. */
  readonly questions: readonly StubQuestion[];
}

export type StubHandler = (question: StubQuestion) => StubReply;

/** Starts it, on a free port of 127.0.0.1 unless told otherwise. */
export async function startDnsStub(
  handler: StubHandler,
  { host = '127.0.0.1', port: wanted = 0 }: { readonly host?: string; readonly port?: number } = {},
): Promise<DnsStub> {
  const questions: StubQuestion[] = [];
  const connections = new Set<Socket>();
  const tcp = createServer((socket) => {
    connections.add(socket);
    socket.on('error', () => undefined).on('close', () => connections.delete(socket));
    socket.once('data', (bytes) => {
      const question = questionIn(bytes.subarray(2), 'tcp');
      questions.push(question);
      const reply = handler(question);
      if (reply === 'silence' || 'elsewhere' in reply || 'late' in reply) return;
      if ('cut' in reply) socket.end(framed(reply.cut).subarray(0, -1));
      else for (const message of reply) socket.write(framed(message));
    });
  }).listen(wanted, host);
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4');
  const elsewhere = createSocket('udp4');
  udp.bind(port, host);
  elsewhere.bind(0, host);
  await Promise.all([once(udp, 'listening'), once(elsewhere, 'listening')]);
  let isOpen = true;
  const late = (message: Buffer, to: RemoteInfo) => {
    if (isOpen) udp.send(message, to.port, to.address);
  };
  udp.on('message', (bytes, from) => {
    const question = questionIn(bytes, 'udp');
    questions.push(question);
    const reply = handler(question);
    if (reply === 'silence') return;
    if ('elsewhere' in reply) elsewhere.send(reply.elsewhere, from.port, from.address);
    else if ('late' in reply) setTimeout(() => late(reply.late, from), reply.afterMs).unref();
    else if ('cut' in reply) udp.send(reply.cut.subarray(0, -1), from.port, from.address);
    else for (const message of reply) udp.send(message, from.port, from.address);
  });
  return {
    address: `${host}:${port}`,
    port,
    questions,
    async [Symbol.asyncDispose]() {
      for (const socket of connections) socket.destroy();
      isOpen = false;
      udp.close();
      elsewhere.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

/** A response to the question; authoritative and from a resolver at once unless told otherwise. */
export function response(to: StubQuestion, { rcode = 0, ...answer }: StubAnswer = {}): Buffer {
  const { flags = AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE, id = to.id } = answer;
  const question = answer.question === undefined ? { name: to.name, type: to.type as 'A' } : answer.question;
  return encode({
    type: 'response',
    id,
    flags: flags | rcode,
    questions: question === null ? [] : [question],
    answers: [...(answer.answers ?? [])],
    authorities: [...(answer.authorities ?? [])],
    additionals: [...(answer.additionals ?? [])],
  });
}

export function txt(name: string, text: string | readonly string[], ttl = 300): Answer {
  return { type: 'TXT', name, ttl, data: [text].flat() };
}

function questionIn(bytes: Buffer, over: 'udp' | 'tcp'): StubQuestion {
  const { id = 0, questions: [question] = [], additionals = [], flag_rd: recursion } = decode(bytes);
  const edns = additionals.some(({ type }) => type === 'OPT');
  return { id, name: question?.name ?? '', type: question?.type ?? '', edns, recursion, over };
}

function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(message.length);
  return Buffer.concat([prefix, message]);
}
