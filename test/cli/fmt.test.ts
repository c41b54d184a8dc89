/** `rollcall fmt` on files. */
import { chmodSync, lstatSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { customerFile, workspace } from '../support/workspace.ts';

const CUSTOMER = customerFile('acme');
const MESSY = `${CUSTOMER}users:\n- displayName: Scanner   # by the door\n  address: scanner@acme.example\n`;
const TIDY = `${CUSTOMER}users:\n  - address: scanner@acme.example\n    displayName: Scanner # by the door\n`;

describe.concurrent('fmt', () => {
  test('lays out every file of the workspace, through links, with the permissions that they have', async () => {
    using made = await workspace({ customers: { birch: customerFile('birch') } });
    made.write('elsewhere/acme.yaml', MESSY);
    chmodSync(made.path('elsewhere/acme.yaml'), 0o640);
    symlinkSync('../elsewhere/acme.yaml', made.path('customers/acme.yaml'));
    const check = await made.run('fmt', '--check');
    expect(check).toMatchObject({ code: 1, stdout: 'customers/acme.yaml\n' });
    expect(check.stderr).toContain('1 of 3 files is not laid out');
    expect(made.read('elsewhere/acme.yaml')).toBe(MESSY);
    expect(await made.run('fmt')).toMatchObject({ code: 0, stdout: 'customers/acme.yaml\n' });
    expect(made.read('elsewhere/acme.yaml')).toBe(TIDY);
    expect(statSync(made.path('elsewhere/acme.yaml')).mode & 0o777).toBe(0o640);
    expect(lstatSync(made.path('customers/acme.yaml')).isSymbolicLink()).toBe(true);
    expect(await made.run('fmt', '--check')).toMatchObject({ code: 0, stdout: '' });
  });

  test('leaves a file that is not valid as it is, says where, and goes on', async () => {
    using made = await workspace({ customers: { acme: MESSY, broken: `${customerFile('broken')}users: [\n` } });
    mkdirSync(made.path('folder'));
    const { code, stdout, stderr } = await made.run('fmt', 'customers/broken.yaml', 'customers/acme.yaml', 'folder');
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'customers/acme.yaml\n' });
    expect(stderr).toMatch(/^customers\/broken\.yaml:\d+:\d+: error\[CONFIG_SYNTAX\]: /m);
    expect(stderr).toMatch(/^folder:1:1: error\[CONFIG_FILE\]: This is a folder/m);
    expect(made.read('customers/broken.yaml')).toBe(`${customerFile('broken')}users: [\n`);
    expect(made.read('customers/acme.yaml')).toBe(TIDY);
  });

  test('is a filter for editors', async () => {
    using made = await workspace({ customers: {} });
    expect(await made.runWith({ input: MESSY }, 'fmt', '-')).toMatchObject({ code: 0, stdout: TIDY, stderr: '' });
    const broken = await made.runWith({ input: 'kind: [' }, 'fmt', '-');
    expect(broken).toMatchObject({ code: 1, stdout: '' });
    expect(broken.stderr).toMatch(/^stdin:\d+:\d+: error\[CONFIG_SYNTAX\]/);
    expect((await made.run('fmt', '-', '--check')).code).toBe(64);
  });

  test('says so where it may not write, and changes nothing', async () => {
    using made = await workspace({ customers: { acme: MESSY } });
    chmodSync(made.path('customers'), 0o555);
    const { code, stderr } = await made.runWith({ heedsPermissions: true }, 'fmt');
    expect(code).toBe(1);
    expect(stderr).toContain('could not be written');
    expect(made.read('customers/acme.yaml')).toBe(MESSY);
    chmodSync(made.path('customers'), 0o755);
  });
});
