/** The set-up of a customer as Markdown, to paste into a ticket. */

import { inert } from '../../domain/inert.ts';
import type { Checklist } from '../../planner/setup/checklist.ts';
import type { Instruction, SetupStep } from '../../planner/setup/step.ts';
import { headline, STATUS } from '../text/setup.ts';
import { blockOf } from '../text/setup-instruction.ts';

export function renderSetupMarkdown(checklist: Checklist): string {
  const parts = [`# ${escaped(headline(checklist))}`, ...checklist.steps.map(stepText)];
  return `${parts.join('\n\n')}\n`;
}

function stepText({ number, title, status, found, todo }: SetupStep): string {
  const { mark, word } = STATUS[status];
  const seen = found.map(({ about, message, ...one }) => {
    const subject = about === null ? '' : `${escaped(inert(about))}: `;
    return `- ${STATUS[one.status].mark} ${subject}${escaped(inert(message))}`;
  });
  const parts = [`## ${mark} ${number}. ${title}: ${word}`, seen.join('\n'), ...todo.map(instructionText)];
  return parts.join('\n\n');
}

function instructionText(instruction: Instruction): string {
  const { text, lines, language } = blockOf(instruction);
  if (lines.length === 0) return escaped(text);
  const fence = fenceAround(lines);
  return [escaped(text), '', `${fence}${language}`, ...lines, fence].join('\n');
}

/** Longer than any run of backticks inside, so that nothing in the block can end it. */
function fenceAround(lines: readonly string[]): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []);
  return '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
}

/** Text from outside stays text: no link, no image, no HTML, no mention of somebody. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#~!]/g, '\\$&').replaceAll('@', '@\u2060');
}
