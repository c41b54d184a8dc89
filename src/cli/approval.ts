/** Asks before something is done. */
import type { Context } from './context.ts';

/** Whether the answer is "yes". Where it is not, or where there is no terminal to ask on, that is said. */
export async function isAgreed(question: string, { terminal, signal }: Context): Promise<boolean> {
  const answer = await terminal.ask(`\n${question}`, signal);
  if (answer === null) {
    terminal.complain({
      code: 'NOT_APPROVED',
      message: 'There is no terminal to ask on, so nothing was applied.',
      hint: 'Save the plan, review it and apply that file, or add --auto-approve.',
    });
    return false;
  }
  if (answer.trim() === 'yes') return true;
  terminal.say('Nothing was applied.');
  return false;
}
