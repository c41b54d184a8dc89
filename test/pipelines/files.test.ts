/** The files that forges and pre-commit read: they name what is there, grant no more than is needed, and put nothing from outside into a shell. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { PIPELINES } from './run-script.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WORKFLOWS = readdirSync(join(PIPELINES, 'github')).sort();
const JOBS = ['preview', 'comment', 'plan', 'approve', 'find-plan', 'apply', 'drift', 'record'];

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly steps: readonly Step[];
  readonly environment?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly 'runs-on': string | readonly string[];
}
interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, { readonly workflows?: readonly string[] } | null>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress'?: boolean };
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const read = (path: string) => readFileSync(path, 'utf8');
const ACTION = parse(read(join(ROOT, 'action.yml'))) as Action;
const workflow = (name: string) => parse(read(join(PIPELINES, 'github', name))) as Workflow;
const jobsOf = (name: string) => Object.values(workflow(name).jobs);
const stepsOf = (name: string) => jobsOf(name).flatMap(({ steps }) => steps);

const PERMISSIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'rollcall-preview.yml': { contents: 'read' },
  'rollcall-comment.yml': { actions: 'read', 'pull-requests': 'write' },
  'rollcall-plan.yml': { contents: 'read' },
  'rollcall-apply.yml': { actions: 'read', contents: 'read', 'pull-requests': 'write' },
  'rollcall-drift.yml': { contents: 'read', issues: 'write' },
  'rollcall-record.yml': { contents: 'write' },
};

describe('the action', () => {
  it('runs scripts that are there, and puts nothing into a shell but by the environment', () => {
    expect(ACTION.runs.using).toBe('composite');
    const runs = ACTION.runs.steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
    expect(runs.length).toBeGreaterThan(0);
    for (const run of runs) {
      const [, script = ''] = /^bash "\$ACTION\/([\w./-]+)"/.exec(run) ?? [];
      expect(existsSync(join(ROOT, script))).toBe(true);
      expect(run).not.toContain('${{');
    }
  });

  it('hands every input on, and no other', () => {
    const used = [...JSON.stringify(ACTION.runs).matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(ACTION.inputs).sort());
  });

  it('has a script for every job', () => {
    expect(JOBS.filter((job) => !existsSync(join(PIPELINES, `${job}.sh`)))).toEqual([]);
    expect(read(join(PIPELINES, 'job.sh'))).toContain(`${JOBS.join(' | ')})\n`);
  });
});

it('the scripts are read by bash, stop at the first error, and run no text', () => {
  const names = readdirSync(PIPELINES).filter((name) => name.endsWith('.sh') || name === 'pre-commit');
  const paths = names.map((name) => join(PIPELINES, name));
  for (const path of paths) execFileSync('bash', ['-n', path]);
  const started = paths.filter((path) => !path.endsWith('/workspace.sh'));
  expect(started.filter((path) => !/^#!\/usr\/bin\/env bash\n(#.*\n)*set -euo pipefail\n/.test(read(path)))).toEqual(
    [],
  );
  expect(paths.filter((path) => /\beval\b|\bbash -c\b|\bcurl\b/.test(read(path)))).toEqual([]);
});

it('there are as many workflows as are looked at here', () => {
  expect(WORKFLOWS).toEqual(Object.keys(PERMISSIONS).sort());
});

describe.each(WORKFLOWS)('%s', (name) => {
  it('is YAML without mistakes', () => {
    const document = parseDocument(read(join(PIPELINES, 'github', name)), { uniqueKeys: true });
    expect([...document.errors, ...document.warnings]).toEqual([]);
  });

  it('has a token that can do no more than it needs, and ends some day', () => {
    expect(workflow(name).permissions).toEqual(PERMISSIONS[name]);
    expect(jobsOf(name).map(({ permissions }) => permissions)).toEqual(jobsOf(name).map(() => undefined));
    expect(jobsOf(name).every((job) => (job['timeout-minutes'] ?? 360) <= 60)).toBe(true);
    expect(workflow(name).concurrency.group).toMatch(/^rollcall-/);
  });

  it('runs no line of a shell itself, so that no title and no name of a branch can be one', () => {
    expect(stepsOf(name).filter(({ run }) => run !== undefined)).toEqual([]);
  });

  it('pins what it uses, and gives the action inputs that it has', () => {
    for (const { uses = '', with: given = {} } of stepsOf(name)) {
      if (uses === 'OWNER/rollcall@COMMIT') {
        expect(Object.keys(given).filter((input) => !(input in ACTION.inputs))).toEqual([]);
        expect(JOBS).toContain(given['job']);
      } else {
        expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
      }
    }
  });

  it('uses outputs that there are', () => {
    const used = [...read(join(PIPELINES, 'github', name)).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)];
    const ids = stepsOf(name).map(({ id }) => id);
    for (const [, id, output = ''] of used) {
      expect(ids).toContain(id);
      expect(Object.keys(ACTION.outputs)).toContain(output);
    }
  });
});

describe('pull requests of strangers', () => {
  it('are previewed without secrets, on a machine that is not ours', () => {
    const text = read(join(PIPELINES, 'github/rollcall-preview.yml'));
    expect(text).not.toMatch(/secrets\.|vars\.|github\.token|self-hosted|environment:/);
    expect(Object.keys(workflow('rollcall-preview.yml').on)).toEqual(['pull_request']);
  });

  it('are commented by a workflow that checks nothing out', () => {
    const uses = stepsOf('rollcall-comment.yml').map(({ uses }) => uses?.split('@')[0]);
    expect(uses).toEqual(['actions/download-artifact', 'OWNER/rollcall']);
    expect(workflow('rollcall-comment.yml').on['workflow_run']?.workflows).toEqual([
      workflow('rollcall-preview.yml').name,
    ]);
  });

  it('reach no secret without an environment, and never by pull_request_target', () => {
    for (const name of WORKFLOWS) {
      expect(Object.keys(workflow(name).on)).not.toContain('pull_request_target');
      const secret = jobsOf(name).filter((job) => JSON.stringify(job).includes('secrets.'));
      expect(secret.filter(({ environment }) => environment === undefined)).toEqual([]);
    }
  });
});

it('two applies never overlap, and none is cut off', () => {
  expect(workflow('rollcall-apply.yml').concurrency).toEqual({ group: 'rollcall-apply', 'cancel-in-progress': false });
});

describe('the jobs of GitLab', () => {
  const text = read(join(PIPELINES, 'gitlab/rollcall.gitlab-ci.yml'));
  const jobs = parse(text) as Readonly<
    Record<string, { readonly script?: readonly string[]; readonly resource_group?: string }>
  >;

  it('run scripts that are there, and take what is from outside from the environment', () => {
    const scripts = Object.values(jobs).flatMap(({ script = [] }) => script);
    const run = scripts.flatMap((line) => /^bash "\$pipelines\/([\w-]+\.sh)"$/.exec(line)?.[1] ?? []);
    expect(new Set(run)).toEqual(new Set(JOBS.map((job) => `${job}.sh`)));
    expect(run.filter((script) => !existsSync(join(PIPELINES, script)))).toEqual([]);
    for (const line of scripts)
      expect(line).toMatch(/^(bash "\$pipelines|git fetch --quiet origin ("\+\$ROLLCALL_TARGET_REF:|\+refs))/);
  });

  it('apply one after the other', () => {
    expect(jobs['rollcall-apply']?.resource_group).toBe('rollcall');
  });
});

it('the hooks for pre-commit are of commands that there are', () => {
  const hooks = parse(read(join(ROOT, '.pre-commit-hooks.yaml'))) as readonly {
    id: string;
    entry: string;
    language: string;
  }[];
  expect(hooks.map(({ id, entry, language }) => [id, entry, language])).toEqual([
    ['rollcall-validate', 'rollcall validate -q', 'system'],
    ['rollcall-fmt', 'rollcall fmt --check', 'system'],
  ]);
});
