/** A resolver that answers from text files, read anew for each question: whoever edits one has changed the DNS. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from 'dns-packet';
import { type DnsStub, response, type StubReply, startDnsStub } from './stub.ts';

const NAME_ERROR = 3;

/** Starts it over the `*.zone` files of a folder, a record a line: `acme.example. 300 MX 10 mail.acme.example.` Knows A, AAAA, MX and TXT. */
export async function startZoneFiles(folder: string): Promise<DnsStub> {
  let records = await recordsIn(folder);
  const refresh = setInterval(async () => {
    // A file that is being written is read the next time.
    records = await recordsIn(folder).catch(() => records);
  }, REFRESH_MS);
  const stub = await startDnsStub((question): StubReply => {
    const name = question.name.toLowerCase();
    const named = records.filter((record) => record.name === name);
    const answers = named.filter(({ type }) => type === question.type);
    const exists = records.some((record) => record.name === name || record.name.endsWith(`.${name}`));
    const authorities = answers.length > 0 ? [] : [soaOf(name)];
    return [response(question, { answers, authorities, rcode: exists ? 0 : NAME_ERROR })];
  });
  return {
    ...stub,
    async [Symbol.asyncDispose]() {
      clearInterval(refresh);
      await stub[Symbol.asyncDispose]();
    },
  };
}

const REFRESH_MS = 50;

async function recordsIn(folder: string): Promise<readonly Answer[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.zone')).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter((line) => line !== '' && !line.startsWith(';'))).map(recordOf);
}

function recordOf(line: string): Answer {
  const [, owner = '', ttl = '', type = '', data = ''] = /^(\S+)\.\s+(\d+)\s+(\w+)\s+(.+)$/.exec(line) ?? [];
  const common = { name: owner.toLowerCase(), ttl: Number(ttl) };
  switch (type) {
    case 'A':
    case 'AAAA':
      return { ...common, type, data };
    case 'MX': {
      const [preference = '', exchange = ''] = data.split(/\s+/);
      return { ...common, type, data: { preference: Number(preference), exchange: exchange.replace(/\.$/, '') } };
    }
    case 'TXT':
      return { ...common, type, data: [...data.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text) };
    default:
      throw new Error(`This line of a zone cannot be read: ${line}`);
  }
}

function soaOf(name: string): Answer {
  const data = {
    mname: 'ns.example',
    rname: 'hostmaster.example',
    serial: 1,
    refresh: 3600,
    retry: 600,
    expire: 86_400,
    minimum: 60,
  };
  return { type: 'SOA', name: name.split('.').slice(-2).join('.'), ttl: 60, data };
}
