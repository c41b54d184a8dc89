/** What a new repository and its sample say of themselves. */
import type { Answers } from './answers.ts';

export function repositoryReadme(answers: Answers): string {
  return `# Mail rosters

The users of our customers' mail services, as code: Rollcall keeps them in step with each customer's directory.

| Path | What it is |
|---|---|
| \`rollcall.yaml\` | the workspace: the state, the limits, the mail systems |
| \`customers/\` | a file for each customer: domains, directory, exceptions, decisions |
${answers.type === 'none' ? '' : '| `sample/` | made-up people, to plan without a directory ([how to begin for real](sample/README.md)) |\n'}| \`schemas/\` | what editors check the YAML against |
| \`.rollcall/\` | the state: what was applied. Not in git; back it up |

## Next steps

${steps(answers)
  .map((step, index) => `${index + 1}. ${step}\n`)
  .join('')}`;
}

function steps({ name, type }: Answers): readonly string[] {
  const keep = 'Keep this folder in git: `git init && git add . && git commit -m "Start the workspace"`.';
  const check = 'See that all is well: `rollcall validate`.';
  const apply =
    'Review a plan, and apply that very plan: `rollcall plan -o plan.json`, then `rollcall apply plan.json`.';
  if (type === 'none')
    return [
      keep,
      check,
      'See what the first apply would do: `rollcall plan`.',
      `State the users in \`customers/${name}.yaml\`, or give it a \`directory:\`.`,
      apply,
    ];
  return [
    keep,
    check,
    'See a plan of made-up people: `rollcall plan --snapshot sample`. It changes nothing.',
    `Put the real directory into \`customers/${name}.yaml\`, and its password into the environment.`,
    `Try it out: \`rollcall check directory --customer ${name}\`, then \`rollcall directory\` and \`rollcall plan\`.`,
    'Take `sample/` out: [its README](sample/README.md) says how to begin for real.',
    apply,
  ];
}

/** Of the folder with the made-up people. */
export function sampleReadme({ name, domain }: Answers): string {
  return `# A sample

\`${name}.ndjson\` is the recording of a directory that does not exist: six people, a disabled account, a shared mailbox and a group of
${domain}, all of them made up and called Sample. It is there so that you can see a plan at once:

    rollcall plan --snapshot sample

That changes nothing, and asks no server. Where a plan of it is **applied**, the made-up people are in the state, and in every mail system under
\`targets:\` of \`rollcall.yaml\`. So try that in a copy of this folder, or before there is a target.

## To begin for real

1. If the sample was applied, begin with an empty state: delete the folder \`.rollcall/\`, as long as there is nothing else in it.
2. Put the real directory into \`customers/${name}.yaml\`, and plan without \`--snapshot\`.
3. Delete this folder.

If step 1 is forgotten, the first plan from the real directory says that it is another one than before (DEL-11), and is blocked: all people of the
sample would go at once (SAF-1). Do not let them through with \`--allow-removals\`; do step 1.
`;
}
