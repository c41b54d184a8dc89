/** One TXT record, and a resolver that a test lets say anything about it. */
import { type Answer, AUTHORITATIVE_ANSWER, RECURSION_AVAILABLE, TRUNCATED_RESPONSE } from 'dns-packet';
import { observing, said } from './observing.ts';
import { response, type StubHandler, type StubQuestion, startDnsStub, txt } from './stub.ts';

export const NAME = '_rollcall.acme.example';
export const TOKEN = txt(NAME, 'rollcall=abc');
export const FOUND = { status: 'answered', records: ['rollcall=abc'], ttl: 300 };

export const found = (question: StubQuestion) => [response(question, { answers: [TOKEN] })];
export const cutShort = (question: StubQuestion) => [
  response(question, { flags: AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | TRUNCATED_RESPONSE }),
];
export const withCode = (rcode: number) => (question: StubQuestion) => [response(question, { rcode })];

/** What comes of asking a resolver that answers like this, and all that it was asked. */
export async function ask(handler: StubHandler, timeoutMs = 2000) {
  await using stub = await startDnsStub(handler);
  const { ownership } = await observing([stub.address], { timeoutMs })('acme.example', { ownershipName: NAME });
  return { answer: ownership?.resolver.answer, code: said(ownership?.resolver.answer), questions: [...stub.questions] };
}

export function alias(name: string, data: string, ttl = 300): Answer {
  return { type: 'CNAME', name, ttl, data };
}

export function soa(ttl: number, minimum: number): Answer {
  const data = { mname: 'ns1.acme.example', rname: 'hostmaster.acme.example', serial: 1, minimum };
  return { type: 'SOA', name: 'acme.example', ttl, data };
}
