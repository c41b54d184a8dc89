/** The configuration of a private Postfix. */
import { join } from 'node:path';
import type { PostfixOptions } from './postfix.ts';

/** main.cf: a gateway that knows its recipients, and has no mailboxes of its own. */
export function mainConfig(dir: string, { recipients, tls, settings }: PostfixOptions): string {
  const parameters: Readonly<Record<string, string>> = {
    compatibility_level: '3.6',
    queue_directory: join(dir, 'queue'),
    data_directory: join(dir, 'data'),
    meta_directory: join(dir, 'etc'),
    maillog_file: join(dir, 'queue', 'maillog'),
    maillog_file_prefixes: dir,
    multi_instance_enable: 'no',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    myhostname: 'gateway.example.test',
    mydestination: '',
    local_recipient_maps: '',
    local_transport: 'error:5.1.1 no local mail',
    alias_maps: '',
    alias_database: '',
    relay_domains: `texthash:${join(dir, 'maps', 'domains')}`,
    // Without a list, any recipient of these domains is taken: the flaw that we look for.
    relay_recipient_maps: recipients === 'all' ? '' : `texthash:${join(dir, 'maps', 'recipients')}`,
    smtpd_relay_restrictions: 'reject_unauth_destination',
    smtpd_recipient_restrictions: '',
    smtp_host_lookup: 'native',
    // Nothing leaves the machine, whatever is put into the queue.
    defer_transports: 'smtp, relay, error',
    ...(tls === undefined
      ? { smtpd_tls_security_level: 'none' }
      : { smtpd_tls_security_level: 'may', smtpd_tls_cert_file: tls.certFile, smtpd_tls_key_file: tls.keyFile }),
    ...settings,
  };
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** master.cf, but for the listener. */
export const MASTER = `\
postlog   unix-dgram n  - n - 1 postlogd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
`;
