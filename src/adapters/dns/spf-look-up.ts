/** Our answers in the form that mailauth takes them in: lists, and errors with the codes of node:dns. */
import type { Answer } from '../../domain/observations.ts';
import type { ResourceRecord } from './message.ts';
import type { Resolve } from './resolver.ts';

/** One list in the form of node:dns for a type: addresses and names as text, TXT as lists of strings, MX as objects. */
export type SpfLookUp = (name: string, type: string) => Promise<string[] | string[][]>;

/** Rejects with code ENOTFOUND or ENODATA for what is not there (a void lookup), and with EDNS for what could not be asked (temperror). */
export function spfLookUp(resolve: Resolve): SpfLookUp {
  return async (name, type) => {
    const { answer } = await resolve(questionType(type), name);
    // Its types know nothing of the objects that it takes for MX.
    return listOf(answer).map(dataOf) as string[] | string[][];
  };
}

function questionType(type: string): 'A' | 'AAAA' | 'MX' | 'PTR' | 'TXT' {
  if (type === 'A' || type === 'AAAA' || type === 'MX' || type === 'PTR' || type === 'TXT') return type;
  throw new TypeError(`SPF asks for no ${type} records`);
}

function listOf(answer: Answer<ResourceRecord>): readonly ResourceRecord[] {
  switch (answer.status) {
    case 'answered':
      return answer.records;
    case 'noName':
      throw coded('ENOTFOUND', 'There is no such name.');
    case 'noData':
      throw coded('ENODATA', 'The name has no such record.');
    case 'failed':
      throw coded('EDNS', answer.problem.message);
  }
}

function dataOf(record: ResourceRecord) {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'MX':
      return { priority: record.preference, exchange: record.exchange };
    case 'TXT':
      return [record.text];
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return record.target;
    case 'SOA':
      return '';
  }
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
