/** Setup checklists without personal data. */
import { onlyOnce, type Pseudonym } from '../../domain/pseudonym.ts';
import type { Checklist } from '../../planner/setup/checklist.ts';
import { redactedText } from './names.ts';

/** A checklist is of domains and servers; at most a server's own words name somebody. */
export function redactChecklist(checklist: Checklist, pseudonym: Pseudonym): Checklist {
  const once = onlyOnce(pseudonym);
  const steps = checklist.steps.map((step) => ({
    ...step,
    found: step.found.map((found) => ({ ...found, message: redactedText(found.message, once) })),
  }));
  return { ...checklist, steps };
}
