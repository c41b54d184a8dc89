/** Asking, and being stopped: at a question, and in the middle of a long read. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { inTerminal } from '../support/rollcall-terminal.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const QUESTION = 'Apply 3 changes? Only "yes" applies them: ';

function acme(): Promise<TestWorkspace> {
  return workspace({
    customers: { acme: customerFile('acme') },
    directories: { acme: [person('id-ann', 'ann@acme.example'), person('id-bob', 'bob@acme.example')] },
  });
}

async function entries(made: TestWorkspace): Promise<number> {
  return JSON.parse((await made.run('users', '--format', 'json')).stdout).length;
}

describe.concurrent('the question of apply', () => {
  function answer(made: TestWorkspace, keys: string) {
    return inTerminal(['apply', ...READ], { cwd: made.root, typing: [[QUESTION, keys]] });
  }

  test('shows the plan first, and "yes" applies it', async () => {
    using made = await acme();
    const { code, said } = await answer(made, 'yes\r');
    expect(said.indexOf('3 to create')).toBeLessThan(said.indexOf(QUESTION));
    expect(said).toContain('Run 1: 3 changes applied to 1 customer.');
    expect(code).toBe(0);
    expect(await entries(made)).toBe(2);
  });

  test.each([
    ['no', 'no\r'],
    ['y', 'y\r'],
    ['YES', 'YES\r'],
    ['nothing', '\r'],
    ['Ctrl-D', '\u0004'],
  ])('%s applies nothing', async (_, keys) => {
    using made = await acme();
    const { code, said } = await answer(made, keys);
    expect(said).toContain('Nothing was applied.');
    expect(code).toBe(1);
    expect(await entries(made)).toBe(0);
  });

  test('Ctrl-C is an interruption', async () => {
    using made = await acme();
    const { code, said } = await answer(made, '\u0003');
    expect(said).toContain('Interrupted.');
    expect(code).toBe(130);
    expect(await entries(made)).toBe(0);
  });
});

/** A directory that takes the connection and then says nothing. */
async function silentServer(): Promise<
  AsyncDisposable & { readonly port: number; readonly connected: Promise<unknown> }
> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connected = once(server, 'connection');
  return {
    port,
    connected,
    [Symbol.asyncDispose]: async () => {
      const [socket] = (await Promise.race([connected, Promise.resolve([])])) as { destroy(): void }[];
      socket?.destroy();
      server.close();
    },
  };
}

describe.concurrent('a read that takes long', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends at once with 130 on %s, and leaves no plan',
    async (signal) => {
      await using server = await silentServer();
      const customer = customerFile('acme').replace(
        'url: ldaps://dc1.acme.example',
        `url: ldap://127.0.0.1:${server.port}\n  tls: 'off'`,
      );
      using made = await workspace({ customers: { acme: customer } });
      const { child, ended } = await made.start({}, 'plan', '-o', 'plan.json');
      await server.connected;
      const start = performance.now();
      child.kill(signal);
      const { code, stdout, stderr } = await ended;
      expect(code, stderr).toBe(130);
      expect(performance.now() - start).toBeLessThan(5000);
      expect(stdout).toBe('');
      expect(stderr).toBe('Interrupted.\n');
      expect(() => made.read('plan.json')).toThrow('ENOENT');
    },
  );
});
