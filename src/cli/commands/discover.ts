/** `rollcall discover` */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DiscoverOptions } from '../look-for-recipients.ts';
import { addFormatOption, positive, smtpTimeoutOption } from '../options.ts';
import type { Perform } from './perform.ts';

/** More than that is no courtesy to anybody's server. */
const RATE_MAX = 1000;

export function addDiscoverCommand(program: Command, perform: Perform): void {
  addFormatOption(program.command('discover'), ['text', 'json'])
    .argument('<customer>', 'the customer’s name')
    .description('which addresses exist, by asking the mail servers of the customer’s sites; no message is sent')
    .option('--from-log <file>', 'take the addresses from a Postfix mail log; "-" is stdin')
    .option('--addresses <file>', 'take the addresses from a list, one a line; "-" is stdin')
    .option(
      '-o, --out <file>',
      'the file that finds are added to; "-" prints them (default: users/<customer>-discovered.yaml)',
    )
    .addOption(new Option('--rate <n>', 'how many addresses are asked about in a second').default(5).argParser(rate))
    .addOption(smtpTimeoutOption())
    .addHelpText(
      'after',
      `
Examples:
  rollcall discover acme --from-log /var/log/mail.log
  zcat /var/log/mail.log.2.gz | rollcall discover acme --from-log -
  rollcall discover acme --addresses people.txt -o - > users/acme.yaml`,
    )
    .action((customer: string, options: DiscoverOptions, command: Command) => {
      if ((options.fromLog === undefined) === (options.addresses === undefined)) {
        command.error("error: give one of the options '--from-log' and '--addresses'.");
      }
      if (options.out === '-' && options.format === 'json') {
        command.error("error: option '-o -' cannot be used with '--format json', which lists the finds itself.");
      }
      return perform(command, async (context) =>
        (await import('../look-for-recipients.ts')).lookForRecipients(customer, options, context),
      );
    });
}

function rate(text: string): number {
  const number = positive(text);
  if (number > RATE_MAX) throw new InvalidArgumentError(`Give a whole number from 1 to ${RATE_MAX}.`);
  return number;
}
