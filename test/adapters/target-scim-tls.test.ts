/** The SCIM target over TLS: authorities of one's own are trusted beside the usual ones. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { user } from '../support/builders.ts';
import { type Certificates, makeAuthority, makeCertificates } from '../support/certificates.ts';
import { acme, changesOf, converge, NEVER } from '../support/scim/converging.ts';
import { openScim } from '../support/scim/opening.ts';
import { peerApp } from '../support/scim/peer.ts';

let folder: string;
let certificates: Certificates;
let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scim-tls-'));
  certificates = await makeCertificates(folder, { names: 'IP:127.0.0.1' });
  const [cert, key] = await Promise.all([readFile(certificates.certFile), readFile(certificates.keyFile)]);
  const server = createServer({ cert, key }, peerApp()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/scim`;
  close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
});

afterAll(async () => {
  await close();
  await rm(folder, { recursive: true });
});

test('a service whose authority is named under ca is talked to', async () => {
  const one = acme([user('ann@acme.example')]);
  await converge(openScim(url, { ca: certificates.caFile }).target, one);
  expect(await changesOf(openScim(url, { ca: certificates.caFile }).target, one)).toEqual([]);
});

test('without ca, and with that of somebody else, it is not', async () => {
  const wrong = join(folder, 'wrong.crt');
  await makeAuthority(join(folder, 'wrong.key'), wrong);
  for (const ca of [null, wrong]) {
    const opened = openScim(url, { ca });
    await expect(opened.target.read([], NEVER)).rejects.toMatchObject({
      code: 'SCIM_TLS',
      hint: expect.stringContaining('ca of the target'),
    });
  }
});

test('a certificate for another name is refused', async () => {
  const elsewhere = url.replace('127.0.0.1', 'localhost');
  const opened = openScim(elsewhere, { ca: certificates.caFile });
  await expect(opened.target.read([], NEVER)).rejects.toMatchObject({ code: 'SCIM_TLS' });
});

test('a file of authorities that is not there is said', async () => {
  const opened = openScim(url, { ca: join(folder, 'none.pem') });
  await expect(opened.target.read([], NEVER)).rejects.toMatchObject({ code: 'SCIM_CA' });
});

test('a file of authorities with none in it is said', async () => {
  const empty = join(folder, 'empty.pem');
  await writeFile(empty, 'nothing\n');
  const opened = openScim(url, { ca: empty });
  await expect(opened.target.read([], NEVER)).rejects.toMatchObject({ name: 'TargetProblem' });
});
