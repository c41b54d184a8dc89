/** The story of the demo with Entra ID: captions, commands, the exit code that each must have, and what must be seen in its output. */

export const CUSTOMER = 'customers/contoso.yaml';
const INCLUDE = /^ {2}include: .*$/m;
const WRONG_FILTER = "  filter: department eq 'Sales'";

export const STORY = [
  {
    caption: [
      'One customer, whose directory is a tenant of Entra ID. Can it be reached, and may the app read what is needed?',
    ],
    steps: [{ rollcall: ['check', 'directory'], exit: 0, shows: /contoso\.onmicrosoft\.com/ }],
  },
  {
    caption: [
      'The first sync reads everything, and keeps a copy of it in the state.',
      'The order desk is a shared mailbox, so it is in although its account is disabled; the board room and the guests are not.',
    ],
    steps: [
      { rollcall: ['sync'], exit: 0, shows: /contoso: 190 to create/ },
      { tenant: ['requests'], exit: 0, shows: /since the last time: \d+/ },
    ],
  },
  {
    caption: ['Nothing has changed since. To see that, one request to Microsoft Graph is enough.'],
    steps: [
      { rollcall: ['sync', '--now'], exit: 0, shows: /no changes/ },
      { tenant: ['requests'], exit: 0, shows: /\$batch\nAsked of Microsoft Graph since the last time: 1\./ },
    ],
  },
  {
    caption: ['The next day: Ana Ribeiro is hired, Rosa Keane is Rosa Lindqvist now, and Stefan Brandt leaves.'],
    steps: [
      { tenant: ['hire', 'Ana Ribeiro', 'Design'], exit: 0 },
      { tenant: ['marry', 'Rosa Keane', 'Lindqvist'], exit: 0 },
      { tenant: ['leave', 'Stefan Brandt'], exit: 0 },
      {
        rollcall: ['plan', '--detailed-exitcode'],
        exit: 2,
        shows: /flag +stefan\.brandt@.*due on.*create +ana\.ribeiro@.*rename +rosa\.lindqvist@/s,
      },
      { rollcall: ['sync', '--now', '-q'], exit: 0 },
    ],
  },
  {
    caption: [
      'Somebody takes a permission away. Nobody is flagged for that: the customer fails, and it says what is missing.',
    ],
    steps: [
      { tenant: ['revoke', 'User.Read.All'], exit: 0 },
      { rollcall: ['plan'], exit: 1, shows: /ENTRA_CONSENT.*User\.Read\.All/s },
      { tenant: ['grant', 'User.Read.All'], exit: 0 },
    ],
  },
  {
    caption: ['Graph forgets after a week where the copy ended. Then everything is read anew, and nothing is lost.'],
    steps: [
      { tenant: ['forget'], exit: 0 },
      { rollcall: ['plan', '--detailed-exitcode'], exit: 0, shows: /no changes/ },
    ],
  },
  {
    caption: ['A filter that is too narrow would flag most of the company. It is blocked, with exit code 3.'],
    steps: [
      { edit: CUSTOMER, after: INCLUDE, insert: WRONG_FILTER },
      { rollcall: ['plan'], exit: 3, shows: /contoso: BLOCKED.*SAF-1: Too many removals/s, head: 12 },
      { edit: CUSTOMER, remove: WRONG_FILTER },
    ],
  },
  {
    caption: ['The help desk asks: what about Stefan, and why is the board room not there?'],
    steps: [
      {
        rollcall: ['why', 'stefan.brandt@contoso.example'],
        exit: 0,
        shows: /is a flagged user of contoso: mail is accepted.*due on/s,
      },
      {
        rollcall: ['why', 'board-room@contoso.example'],
        exit: 0,
        shows: /is not in the roster of contoso.*SEL-2 .*include\.resources/s,
      },
    ],
  },
];
