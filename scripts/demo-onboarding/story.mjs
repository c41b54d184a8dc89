/** The story of the onboarding demo: captions, commands, the exit code that each must have, and what must be seen in its output. */

const CUSTOMER = 'customers/larch.yaml';
const IMPORTS = /^ {2}- \{csv: .*\}$/m;
const RELAYS = 'outbound: {relays: [{name: mail, addresses: [203.0.113.25]}]}';

const setup = (steps, ...options) => ['setup', 'larch', ...steps.flatMap((step) => ['--step', step]), ...options];
const apply = ['apply', '--customer', 'larch', '--auto-approve'];

/** `server` is where the customer's mail server listens; null where there is none to ask, and what it does is taken on somebody's word. */
export function storyWith(server) {
  const smtp = server === null ? [] : ['--smtp'];
  const unseen = server === null ? ['firewall', 'otherSources', 'outbound'] : ['firewall', 'outbound'];
  const confirm = (...steps) => unseen.filter((step) => steps.includes(step)).flatMap((step) => ['--confirm', step]);
  return [
    {
      caption: ['A new customer: one domain and four users are stated, and nothing is done yet.'],
      steps: [
        { rollcall: ['validate'], exit: 0 },
        { rollcall: setup([], '--detailed-exitcode'), exit: 2, shows: /0 of 8 steps done|1 of 8 steps done/ },
      ],
    },
    {
      caption: [
        'The domain. An apply makes the token that its record has to show.',
        'Its users wait for it: who is let in where has to be shown by the DNS first (SEL-6).',
      ],
      steps: [
        { rollcall: apply, exit: 0, shows: /SEL-6: 4 objects in larch\.example wait/ },
        {
          rollcall: setup(['domains', 'users']),
          exit: 0,
          shows: /1\. .*: pending.*_rollcall\.larch\.example\..*2\. .*: pending/s,
        },
        { hostmaster: ['domains'], exit: 0, shows: /\+ _rollcall\.larch\.example\. 300 TXT/ },
        { rollcall: setup(['domains']), exit: 0, shows: /Its record is there; the next apply verifies it/ },
        {
          rollcall: apply,
          exit: 0,
          shows: /update +domain larch\.example.*create +user rosa\.larch|create +rosa\.larch@larch\.example/s,
        },
        { rollcall: setup(['domains', 'users'], '--detailed-exitcode'), exit: 0, shows: /all steps done/ },
      ],
    },
    {
      caption: ['Where its mail is delivered to, and who has to get through there.'],
      steps: [
        { rollcall: setup(['sites', 'firewall']), exit: 0, shows: /No site is stated/ },
        { edit: CUSTOMER, after: IMPORTS, insert: siteOf(server) },
        { rollcall: apply, exit: 0, shows: /create +site main/ },
        {
          rollcall: setup(['sites', 'firewall'], ...smtp, ...confirm('firewall'), '--detailed-exitcode'),
          exit: 0,
          shows: /all steps done/,
        },
      ],
    },
    {
      caption: [
        'Inbound mail. So far it goes to the old filter; now it goes to the service, and the way round it is taken away.',
      ],
      steps: [
        { rollcall: setup(['mx']), exit: 0, shows: /5\. .*: pending/ },
        { hostmaster: ['mx'], exit: 0, shows: /- larch\.example\. 300 MX 20 backup\.old-filter\.example\./ },
        { rollcall: setup(['mx'], '--detailed-exitcode'), exit: 0, shows: /5\. .*: done/ },
      ],
    },
    {
      caption: ['All other sources. Whoever knows the server could still deliver to it past the service.'],
      steps: [
        { rollcall: setup(['otherSources'], ...smtp), exit: 0, shows: /6\. .*: (pending|not known)/ },
        ...(server === null ? [] : [{ firewall: ['198.51.100.0/23', '2001:db8:25::/48'], exit: 0 }]),
        {
          rollcall: setup(['otherSources'], ...smtp, ...confirm('otherSources'), '--detailed-exitcode'),
          exit: 0,
          shows: /6\. .*: done/,
        },
      ],
    },
    {
      caption: ['Outbound mail goes by way of the service too.'],
      steps: [
        { rollcall: setup(['outbound']), exit: 0, shows: /7\. .*: not needed/ },
        { edit: CUSTOMER, after: IMPORTS, insert: RELAYS },
        { rollcall: apply, exit: 0, shows: /create +relay mail/ },
        { rollcall: setup(['outbound']), exit: 0, shows: /Smart host: smtp\.lighthouse\.example/ },
        {
          rollcall: setup(['outbound'], ...confirm('outbound'), '--detailed-exitcode'),
          exit: 0,
          shows: /7\. .*: done/,
        },
      ],
    },
    {
      caption: ['SPF: receivers have to let the service send for the domain.'],
      steps: [
        { rollcall: setup(['spf']), exit: 0, shows: /added: include:spf\.lighthouse\.example/ },
        { hostmaster: ['spf'], exit: 0 },
        { rollcall: setup(['spf'], '--detailed-exitcode'), exit: 0, shows: /8\. .*: done/ },
      ],
    },
    {
      caption: ['All of it once more. With --watch it would have been waiting for this all along.'],
      steps: [
        { rollcall: setup([], ...smtp, ...confirm(...unseen), '--watch'), exit: 0, shows: /all steps done/ },
        { rollcall: ['plan', '--detailed-exitcode'], exit: 0, shows: /no changes/ },
      ],
    },
  ];
}

function siteOf(server) {
  const { address, port } = server ?? { address: 'mail.larch.example', port: 25 };
  return `sites: [{name: main, servers: [{address: ${address}, port: ${port}}]}]`;
}
