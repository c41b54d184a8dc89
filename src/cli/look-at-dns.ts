/** Carries out `rollcall check dns`. Loaded when it is asked for. */
import { checkDns } from '../app/check-dns.ts';
import { type Context, chosen, clockOf, openReader, openWorkspace } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { dnsCheckDocument } from './json/check-dns.ts';
import { renderDnsJunit } from './junit/check-dns.ts';
import type { CustomerOptions } from './options.ts';
import { renderDnsChecks } from './text/check-dns.ts';

export interface CheckDnsOptions extends CustomerOptions {
  readonly parallelism: number;
  readonly format: 'text' | 'json' | 'junit';
}

/** Exit code 1 if a gate is closed. */
export async function checkDomains(
  { customer, format, parallelism }: CheckDnsOptions,
  context: Context,
): Promise<ExitCode> {
  const { adapters, terminal, signal } = context;
  const { config } = await openWorkspace({ ...context, quiet: true });
  const customers = chosen(config, customer);
  const clock = clockOf({});
  const observer = adapters.observer({ dns: config.workspace.dns, clock, log: (line) => terminal.detail(line) });
  await using reader = await openReader(context, config);
  const checks = await checkDns(customers, { observer, reader, parallelism, signal });
  switch (format) {
    case 'text':
      await terminal.print(renderDnsChecks(checks, terminal.colors));
      break;
    case 'json':
      await terminal.print(`${JSON.stringify(checks.map(dnsCheckDocument), null, 2)}\n`);
      break;
    case 'junit':
      await terminal.print(renderDnsJunit(checks));
      break;
  }
  return checks.some(({ closed }) => closed.length > 0) ? EXIT.error : EXIT.done;
}
