/** The story of the gateway demo: captions, commands, the exit code that each must have, and what must be seen in its output. */

const NEW_HIRE = 'kim.vale@quill.example';
const LEAVER = 'jonas.weir@quill.example';
const ALIAS = 'office@quill.example';
const STRANGER = 'eve@quill.example';

const TODAY = ['--snapshot', 'recordings/1-today'];
const TOMORROW = ['--snapshot', 'recordings/2-new-hire'];

export const story = [
  {
    caption: ['A gateway without its tables. The first apply tells it whom to take mail for, and where that goes.'],
    steps: [
      { rcpt: ['nora.quill@quill.example'], shows: /: 451 4\.3\.0/ },
      { rollcall: ['apply', '--auto-approve', ...TODAY], shows: /edge: \d+ added/ },
      {
        rcpt: ['nora.quill@quill.example', ALIAS, 'staff@quill.example', NEW_HIRE],
        shows: /nora\.quill.*: 250.*kim\.vale.*: 550/s,
      },
      { cat: ['tables/transport'], shows: /relay:\[mail\.quill\.example\]:25,\[mail2\.quill\.example\]:25/ },
    ],
  },
  {
    caption: [
      'Somebody is hired, and somebody leaves: whoever left is flagged, and gets mail until the deletion is due.',
    ],
    steps: [
      {
        rollcall: ['plan', ...TOMORROW, '--detailed-exitcode'],
        exit: 2,
        shows: /flag +jonas\.weir.*create +kim\.vale/s,
      },
      { rcpt: [NEW_HIRE], shows: /550/ },
      { rollcall: ['apply', '--auto-approve', ...TOMORROW], shows: /edge: 1 added/ },
      { rcpt: [NEW_HIRE, LEAVER], shows: /kim\.vale.*: 250.*jonas\.weir.*: 250/s },
    ],
  },
  {
    caption: ['Somebody edits the table by hand: the gateway now takes mail for a stranger, and refuses a lawyer.'],
    steps: [
      { somebody: ['ruth.okafor@quill.example', STRANGER], shows: /\+ eve/ },
      { rcpt: [STRANGER, 'ruth.okafor@quill.example'], shows: /eve.*: 250.*ruth.*: 550/s },
      { rollcall: ['drift', '--target', 'edge', '--detailed-exitcode'], exit: 2, shows: /remove.*eve.*add.*ruth/s },
      { rollcall: ['apply', '--repair', '--auto-approve'], shows: /edge: 1 added, 1 removed/ },
      { rcpt: [STRANGER, 'ruth.okafor@quill.example'], shows: /eve.*: 550.*ruth.*: 250/s },
      { rollcall: ['drift', ...TOMORROW, '--detailed-exitcode'], exit: 0, shows: /in step with the state/ },
    ],
  },
  {
    caption: ['What happened is in the history, and a repair is a run of its own.'],
    steps: [{ rollcall: ['history'], shows: /repair/ }],
  },
];
