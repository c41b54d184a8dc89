/** The workspace as it was, out of real git repositories, honest and hostile. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { gitHistory } from '../../src/adapters/git/history.ts';
import { parseTree } from '../../src/adapters/git/tree.ts';
import { requirePeer } from '../support/requirements.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/workspace.ts';

requirePeer('git');

afterEach(() => {
  vi.unstubAllEnvs();
});

const signal = new AbortController().signal;

function git(folder: string, args: readonly string[], input = ''): string {
  const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@acme.example', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...who, '-C', folder, ...args], { encoding: 'utf8', input }).trim();
}

interface Repository extends TemporaryFolder {
  write(path: string, text: string): void;
  commit(): string;
  git(...args: readonly string[]): string;
}

function repository(): Repository {
  const folder = temporaryFolder();
  git(folder.path, ['init', '-q']);
  return {
    ...folder,
    write: (path, text) => {
      mkdirSync(dirname(join(folder.path, path)), { recursive: true });
      writeFileSync(join(folder.path, path), text);
    },
    commit: () => {
      git(folder.path, ['add', '-A']);
      git(folder.path, ['commit', '-qm', 'As it is']);
      return git(folder.path, ['rev-parse', 'HEAD']);
    },
    git: (...args) => git(folder.path, args),
  };
}

/** A commit of a tree that no working folder could give: each entry as `MODE TYPE OBJECT\tNAME`. */
function commitOf(path: string, entries: readonly string[]): string {
  const tree = git(path, ['mktree', '-z', '--missing'], entries.map((entry) => `${entry}\0`).join(''));
  return git(path, ['commit-tree', tree, '-m', 'Made by hand']);
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !lstatSync(join(folder, path)).isDirectory())
    .toSorted();
}

describe('the files at a revision', () => {
  it('are those that were committed below the workspace, octet by octet, and go when they are no longer needed', async () => {
    using made = repository();
    made.write('elsewhere.yaml', 'no\n');
    made.write('mail/rollcall.yaml', 'one\r\n');
    made.write('mail/customers/ächzen & "so".yaml', 'two');
    made.write('mail/empty', '');
    const commit = made.commit();
    made.write('mail/rollcall.yaml', 'changed\n');
    made.write('mail/new.yaml', '');
    const before = filesIn(made.path);
    let folder: string;
    {
      await using past = await gitHistory.workspaceAt(join(made.path, 'mail'), 'HEAD', signal);
      ({ folder } = past);
      expect(past).toMatchObject({ commit, prefix: 'mail/', notes: [] });
      expect(filesIn(folder)).toEqual(['customers/ächzen & "so".yaml', 'empty', 'rollcall.yaml']);
      expect(readFileSync(join(folder, 'rollcall.yaml'), 'utf8')).toBe('one\r\n');
      expect(statSync(folder).mode & 0o077).toBe(0);
    }
    expect(existsSync(folder)).toBe(false);
    expect(filesIn(made.path)).toEqual(before);
  });

  it('come without the filters and hooks that the repository names', async () => {
    using made = repository();
    made.write('.gitattributes', '*.yaml filter=hostile eol=crlf\n');
    made.write('rollcall.yaml', 'as it is\n');
    made.commit();
    const mark = join(made.path, 'ran');
    for (const key of ['filter.hostile.smudge', 'core.fsmonitor', 'core.sshCommand'])
      made.git('config', key, `touch ${mark}`);
    made.write('.git/hooks/post-checkout', `#!/bin/sh\ntouch ${mark}\n`);
    execFileSync('chmod', ['+x', join(made.path, '.git/hooks/post-checkout')]);
    await using past = await gitHistory.workspaceAt(made.path, 'main', signal);
    expect(readFileSync(join(past.folder, 'rollcall.yaml'), 'utf8')).toBe('as it is\n');
    expect(existsSync(mark)).toBe(false);
  });

  it('keep links that stay inside, and lose those that lead out by whatever way', async () => {
    using made = repository();
    made.write('customers/acme.yaml', 'acme');
    for (const [name, target] of [
      ['inside', 'customers/acme.yaml'],
      ['folder', 'customers'],
      ['absolute', '/etc/passwd'],
      ['upwards', '../../../../../../etc/passwd'],
      ['here', '.'],
      ['roundabout', 'here/../outside'],
      ['dangling', 'nothing'],
    ] as const) {
      symlinkSync(target, join(made.path, name));
    }
    made.commit();
    await using past = await gitHistory.workspaceAt(made.path, 'HEAD', signal);
    expect(readFileSync(join(past.folder, 'inside'), 'utf8')).toBe('acme');
    expect(readFileSync(join(past.folder, 'folder/acme.yaml'), 'utf8')).toBe('acme');
    expect(
      ['absolute', 'upwards', 'roundabout', 'dangling'].filter((name) =>
        lstatSync(join(past.folder, name), { throwIfNoEntry: false }),
      ),
    ).toEqual([]);
    expect(past.notes).toHaveLength(1);
    expect(past.notes[0]).toMatch(/^The link .* leads out of the workspace, or nowhere, and is left out\.$/);
  });

  it('tell of submodules and of what is in Git LFS, and keep of a file too large only its size', async () => {
    using made = repository();
    made.write('rollcall.yaml', 'one');
    made.write('users.csv', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n');
    made.write('large.csv', 'x'.repeat(11 * 1024 * 1024));
    const commit = made.commit();
    made.git('update-index', '--add', '--cacheinfo', `160000,${commit},shared`);
    made.git('commit', '-qm', 'A submodule');
    await using past = await gitHistory.workspaceAt(made.path, 'HEAD', signal);
    expect(past.notes).toEqual([
      'The submodule shared is not looked into.',
      'The file in Git LFS users.csv is read as the pointer that the repository holds.',
    ]);
    expect(statSync(join(past.folder, 'large.csv')).size).toBe(11 * 1024 * 1024);
  });
});

describe('a hostile tree', () => {
  it.each([
    ['..', '100644 blob 0123456789012345678901234567890123456789       1\t../out'],
    ['.', '100644 blob 0123456789012345678901234567890123456789       1\ta/./b'],
    ['an empty part', '100644 blob 0123456789012345678901234567890123456789       1\ta//b'],
    ['an absolute path', '100644 blob 0123456789012345678901234567890123456789       1\t/etc/passwd'],
    ['no object', '100644 blob HEAD       1\ta'],
    ['no entry', 'nonsense'],
  ])('is refused for %s', (_, line) => {
    expect(() => parseTree(Buffer.from(`${line}\0`))).toThrow(/is no file below the workspace/);
  });

  it('with one name twice, once as a link, writes nothing through the link', async () => {
    using made = repository();
    using outside = temporaryFolder();
    const content = git(made.path, ['hash-object', '-w', '--stdin'], 'evil');
    const link = git(made.path, ['hash-object', '-w', '--stdin'], outside.path);
    const folder = git(made.path, ['mktree'], `100644 blob ${content}\tfile\n`);
    const commit = commitOf(made.path, [`120000 blob ${link}\tway`, `040000 tree ${folder}\tway`]);
    using temporary = temporaryFolder();
    vi.stubEnv('TMPDIR', temporary.path);
    await expect(gitHistory.workspaceAt(made.path, commit, signal)).rejects.toMatchObject({ code: 'GIT_FAILED' });
    expect(readdirSync(outside.path)).toEqual([]);
    expect(readdirSync(temporary.path)).toEqual([]);
  });

  it('whose content is missing from the clone is not fetched, and said to be missing', async () => {
    using made = repository();
    const commit = commitOf(made.path, ['100644 blob 0123456789012345678901234567890123456789\trollcall.yaml']);
    await expect(gitHistory.workspaceAt(made.path, commit, signal)).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });
});

it('ends at once when it is interrupted', async () => {
  using made = repository();
  made.write('rollcall.yaml', 'one');
  made.commit();
  const stop = new AbortController();
  const asked = gitHistory.workspaceAt(made.path, 'HEAD', stop.signal);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});
