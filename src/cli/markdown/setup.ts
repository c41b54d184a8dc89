/** The set-up of a customer as Markdown, to paste into a ticket. */
import { count } from '../../domain/words.ts';
import type { Checklist } from '../../planner/setup/checklist.ts';
import { type Found, type Instruction, isSettled, type SetupStep } from '../../planner/setup/step.ts';
import { headline, STATUS } from '../text/setup.ts';
import { blockOf } from '../text/setup-instruction.ts';
import { code, prose } from './escape.ts';
import { fenced } from './fenced.ts';
import { COMMENT_ROOM, sizeOf } from './room.ts';

/** At most 65,000 characters, and octets: where there is more to be said, what is done already is counted, and then each step is cut. */
export function renderSetupMarkdown(checklist: Checklist): string {
  const heading = `# ${prose(headline(checklist))}`;
  const room = COMMENT_ROOM - sizeOf(heading) - 10;
  const whole = [heading, ...checklist.steps.map((step) => partsOf(step, () => true).join('\n\n'))];
  if (sizeOf(whole.join('\n\n')) <= COMMENT_ROOM - 1) return `${whole.join('\n\n')}\n`;
  const share = Math.floor(room / Math.max(1, checklist.steps.length)) - 2;
  const steps = checklist.steps.map((step) => cutStep(step, share, checklist.customer));
  return `${[heading, ...steps].join('\n\n')}\n`;
}

/** The heading, what was found, and what is to be done: blocks of Markdown. */
function partsOf(step: SetupStep, isShown: (found: Found) => boolean): readonly string[] {
  const { number, title, status, found, todo } = step;
  const { mark, word } = STATUS[status];
  const shown = found.filter(isShown);
  const left = found.length - shown.length;
  const lines = [
    ...shown.map(foundLine),
    ...(left === 0 ? [] : [`- ${count(left, 'more that is', 'more that are')} done`]),
  ];
  return [
    `## ${mark} ${number}. ${title}: ${word}`,
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
    ...todo.map(instructionText),
  ];
}

function foundLine({ about, message, status }: Found): string {
  return `- ${STATUS[status].mark} ${about === null ? '' : `${code(about)}: `}${prose(message)}`;
}

/** Whole blocks, as far as there is room. */
function cutStep(step: SetupStep, room: number, customer: string): string {
  const [heading = '', ...parts] = partsOf(step, ({ status }) => !isSettled(status));
  const more = `**More than there is room for here:** \`rollcall setup ${customer} --step ${step.id}\` shows all of it.`;
  const shown = [heading];
  let size = sizeOf(heading) + sizeOf(more) + 2;
  for (const part of parts) {
    size += sizeOf(part) + 2;
    if (size > room) return [...shown, more].join('\n\n');
    shown.push(part);
  }
  return shown.join('\n\n');
}

function instructionText(instruction: Instruction): string {
  const { text, lines, language } = blockOf(instruction);
  return lines.length === 0 ? prose(text) : `${prose(text)}\n\n${fenced(lines.join('\n'), language).trimEnd()}`;
}
