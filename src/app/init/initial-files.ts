/** What a new workspace begins with. */
import type { Answers } from './answers.ts';
import { customerFile } from './customer-file.ts';
import { repositoryReadme, sampleReadme } from './readme.ts';
import { workspaceFile } from './workspace-file.ts';

/** Recordings are of real people. The sample is not among them. */
const IGNORE = `.rollcall/
node_modules/
plan.json
plan.json.approvals
recordings/
`;

const EDITOR = `${JSON.stringify(
  {
    'yaml.schemas': {
      './schemas/workspace.schema.json': 'rollcall.yaml',
      './schemas/customer.schema.json': 'customers/*.yaml',
      './schemas/users.schema.json': 'imports/*.yaml',
    },
  },
  null,
  2,
)}\n`;

export interface InitialTexts {
  /** The JSON Schemas that editors check the YAML against, by name. */
  readonly schemas: ReadonlyMap<string, string>;
  /** The recording of the made-up people; null where there is no directory. */
  readonly sample: string | null;
}

/** The files of a new workspace by their paths in it. */
export function initialFiles(answers: Answers, { schemas, sample }: InitialTexts): ReadonlyMap<string, string> {
  const { name } = answers;
  return new Map([
    ['rollcall.yaml', workspaceFile(answers)],
    [`customers/${name}.yaml`, customerFile(answers)],
    ...(sample === null ? [] : sampleFiles(answers, sample)),
    ['README.md', repositoryReadme(answers)],
    ['.gitignore', IGNORE],
    ['.vscode/settings.json', EDITOR],
    ...[...schemas].map(([schema, text]) => [`schemas/${schema}.schema.json`, text] as const),
  ]);
}

function sampleFiles(answers: Answers, sample: string): readonly (readonly [string, string])[] {
  return [
    [`sample/${answers.name}.ndjson`, sample],
    ['sample/README.md', sampleReadme(answers)],
  ];
}
