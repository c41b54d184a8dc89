/** The story that the demo tells: captions, commands, the exit code that each must have, and what must be seen in its output. */
import { changesLdif } from './people.mjs';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Recordings of the directory as it is in each part of the story, in examples/msp/recordings. */
export const RECORDINGS = { first: '1-first-day', changed: '2-next-day', misread: '3-wrong-filter' };

export const CUSTOMER = 'customers/acme.yaml';
/** Meant was `(!(employeeType=contractor))`. It goes below the line that INCLUDE matches. */
export const WRONG_FILTER = '  filter: (employeeType=contractor)';
export const INCLUDE = /^ {2}include: .*$/m;

/**
 * The chapters in order. `live` says whether there is a directory to talk to; without one each reading comes from a recording. A step is
 * a `rollcall` command, an LDIF for the directory, or an edit of a file.
 */
export function story({ live, now }) {
  const from = (recording) => (live ? [] : ['--snapshot', `recordings/${recording}`]);
  const afterDue = new Date(now + 15 * DAY_MS).toISOString().slice(0, 10);
  return [
    {
      caption: ['Two customers, each described by a file and each with an LDAP directory of its own.'],
      steps: [{ rollcall: ['validate'], exit: 0 }],
    },
    {
      caption: [
        'The first plan. Nothing is changed yet; the plan is saved, to be reviewed.',
        'Wanda Quinn is on leave, so her account is locked, and the backup account is excepted: neither is created.',
      ],
      steps: [
        { rollcall: ['plan', ...from(RECORDINGS.first), '-o', 'plan.json'], exit: 0, shows: /acme: 251 to create/ },
        { rollcall: ['apply', 'plan.json'], exit: 0, shows: /278 changes applied to 2 customers/ },
      ],
    },
    {
      caption: ['Planning again finds nothing to do.'],
      steps: [{ rollcall: ['plan', ...from(RECORDINGS.first), '--detailed-exitcode'], exit: 0, shows: /no changes/ }],
    },
    {
      caption: [
        'The next day at Acme: Ana Ribeiro is hired, Rosa Keane is Rosa Lindqvist now, and Stefan Brandt leaves.',
        ...(live ? [] : ['(The recording of that day takes the place of the directory.)']),
      ],
      steps: live ? [{ directory: changesLdif() }] : [],
    },
    {
      caption: [
        'Ana is created. Rosa is the same person with another address, not one deleted and one created.',
        'Stefan is not deleted: he is flagged, and the due date is shown. Exit code 2 says that there is something to change.',
      ],
      steps: [
        {
          rollcall: ['plan', ...from(RECORDINGS.changed), '-o', 'plan.json', '--detailed-exitcode'],
          exit: 2,
          shows: /flag +stefan\.brandt@.*due on.*create +ana\.ribeiro@.*rename +rosa\.lindqvist@/s,
        },
        { rollcall: ['apply', 'plan.json'], exit: 0, shows: /6 changes applied to 1 customer/ },
        { rollcall: ['conflicts'], exit: 0, shows: /stefan\.brandt@acme\.example +flagged/ },
      ],
    },
    {
      caption: ['What will be deleted after Stefan is due? --at plans as of a moment to come.'],
      steps: [
        {
          rollcall: ['plan', ...from(RECORDINGS.changed), '--at', afterDue],
          exit: 0,
          shows: /delete +stefan\.brandt@.*DEL-5/,
        },
      ],
    },
    {
      caption: [
        'Contractors are to be left out. Somebody writes the filter the wrong way round: only contractors are left.',
        'Acme is blocked, with exit code 3, and apply refuses it. Birch goes on as ever.',
      ],
      steps: [
        { edit: CUSTOMER, after: INCLUDE, insert: WRONG_FILTER },
        {
          rollcall: ['plan', ...from(RECORDINGS.misread), '-o', 'plan.json'],
          exit: 3,
          shows: /acme: BLOCKED.*SAF-1: Too many removals: 228 of 242 users/s,
          head: 15,
        },
        {
          rollcall: ['apply', 'plan.json'],
          exit: 3,
          shows: /acme: blocked: .*1 customer unchanged, 1 customer blocked/s,
        },
      ],
    },
    {
      caption: ['The line is taken out again. Nothing has been lost.'],
      steps: [
        { edit: CUSTOMER, remove: WRONG_FILTER },
        { rollcall: ['plan', ...from(RECORDINGS.changed), '--detailed-exitcode'], exit: 0, shows: /no changes/ },
      ],
    },
    {
      caption: ['The help desk asks: what about Stefan, and why does Wanda get no mail?'],
      steps: [
        {
          rollcall: ['why', 'stefan.brandt@acme.example', ...from(RECORDINGS.changed)],
          exit: 0,
          shows: /is a flagged user of acme: mail is accepted.*due on/s,
        },
        {
          rollcall: ['why', 'wanda.quinn@acme.example', ...from(RECORDINGS.changed)],
          exit: 0,
          shows: /is not in the roster of acme.*SEL-2 .*customers\/acme\.yaml:\d+/s,
        },
      ],
    },
    {
      caption: ['What was done, by whom, and what was held back.'],
      steps: [{ rollcall: ['history'], exit: 0, shows: /customer blocked/ }],
    },
  ];
}
