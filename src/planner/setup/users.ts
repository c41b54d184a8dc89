/** The step of the users: the service turns mail away for whoever is not in the roster. */
import { isUser } from '../../domain/roster.ts';
import { count, listed } from '../../domain/words.ts';
import { applyCommand } from './apply-first.ts';
import type { SetupInputs } from './inputs.ts';
import { note, only, type StepFindings } from './step.ts';

export function usersStep({ customer, roster }: SetupInputs): StepFindings {
  const { name, directory } = customer;
  if (roster.serial === 0 && roster.syncedAt === null) {
    const text = 'See what a first apply would do, then carry it out:';
    return only('pending', 'Nothing was applied for this customer yet.', applyCommand(name, text));
  }
  const users = roster.entries.filter(isUser);
  const groups = roster.entries.length - users.length;
  const lists = groups === 0 ? '' : ` and ${count(groups, 'distribution list')}`;
  const verified = new Set(
    roster.domains.flatMap(({ name: domain, status }) => (status === 'verified' ? [domain] : [])),
  );
  const pending = customer.domains.filter((domain) => !verified.has(domain.name)).map((domain) => domain.name);
  const held = `The roster has ${count(users.length, 'user')}${lists}.`;
  if (pending.length > 0) {
    const message = `${held} Those in ${listed(pending)} wait until it is verified: nobody there is added before (SEL-6).`;
    return only('pending', message, applyCommand(name, 'Once the domains are verified, this lets their users in:'));
  }
  if (users.length > 0) return only('done', held);
  const look =
    directory?.enabled === true
      ? `See who is in the directory, and why they are left out: rollcall directory --customer ${name}`
      : 'Give the customer a directory, or users of its own under "users" or "imports".';
  return only('pending', held, note(look), applyCommand(name, 'Then:'));
}
