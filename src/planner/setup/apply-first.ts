/** How the stored state is brought to what the configuration says: the same instruction in several steps. */
import type { CustomerId } from '../../domain/roster.ts';
import type { Instruction } from './step.ts';

export function applyCommand(customer: CustomerId, text: string): Instruction {
  return {
    kind: 'commands',
    language: 'shell',
    text,
    // A customer's name is of [a-z0-9-]+, so it needs no quotes.
    lines: [`rollcall plan --customer ${customer}`, `rollcall apply --customer ${customer}`],
  };
}
