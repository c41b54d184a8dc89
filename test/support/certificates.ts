/** A certificate authority of a test's own, and a server certificate by it. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export interface Certificates {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface CertificateOptions {
  /** As `subjectAltName` has it: `DNS:localhost,IP:127.0.0.1`. */
  readonly names: string;
  /** From now on; a negative number makes a certificate that has expired. */
  readonly days?: number;
}

/** Makes both in `dir`, in 50 ms. */
export async function makeCertificates(dir: string, { names, days = 30 }: CertificateOptions): Promise<Certificates> {
  await mkdir(dir, { recursive: true });
  const at = (name: string) => join(dir, name);
  await makeAuthority(at('ca.key'), at('ca.crt'));
  await run('openssl', ['req', ...KEY, '-subj', '/CN=server', '-keyout', at('server.key'), '-out', at('server.csr')]);
  await writeFile(at('names'), `subjectAltName=${names}\n`);
  const signing = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', String(days)];
  const files = ['-in', at('server.csr'), '-extfile', at('names'), '-out', at('server.crt')];
  await run('openssl', ['x509', '-req', ...files, ...signing]);
  // Samba refuses a key that others can read.
  await chmod(at('server.key'), 0o600);
  return { caFile: at('ca.crt'), certFile: at('server.crt'), keyFile: at('server.key') };
}

/** Makes an authority that has signed nothing: the wrong CA. */
export async function makeAuthority(keyFile: string, certFile: string): Promise<void> {
  const constraint = 'basicConstraints=critical,CA:TRUE';
  const subject = ['-subj', '/CN=Test CA', '-days', '30', '-addext', constraint];
  await run('openssl', ['req', '-x509', ...KEY, ...subject, '-keyout', keyFile, '-out', certFile]);
}
