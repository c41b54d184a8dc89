/** A setup as a page. */
import type { Checklist } from '../../planner/setup/checklist.ts';
import { type Found, type Instruction, isSettled, type SetupStep } from '../../planner/setup/step.ts';
import { STATUS } from '../text/setup.ts';
import { blockOf } from '../text/setup-instruction.ts';
import { escaped, outside, page } from './page.ts';

export function renderSetupHtml(checklist: Checklist): Iterable<string> {
  const { customer, displayName, service, region, steps } = checklist;
  const facts = [
    ['Customer', escaped(customer)],
    ['Service', outside(service ?? '')],
    ['Region', outside(region ?? '')],
  ] as const;
  return page({
    title: `Setup of ${displayName}`,
    facts: facts.filter(([, html]) => html !== outside('')),
    body: [progress(checklist), ...steps.map(stepSection)],
  });
}

function progress({ steps, done }: Checklist): string {
  const settled = steps.filter(({ status }) => isSettled(status)).length;
  const words = done ? 'All steps are done.' : `${settled} of ${steps.length} steps are done.`;
  const width = steps.length === 0 ? 0 : Math.round((settled / steps.length) * 1000);
  return `<p class="verdict">${words}</p>
<svg class="progress" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="12"/></svg>
`;
}

function stepSection({ number, title, status, found, todo }: SetupStep): string {
  const seen = found.length === 0 ? '' : `<ul class="found">${found.map(foundItem).join('')}</ul>`;
  return `<section class="step"><h2>${number}. ${escaped(title)} ${tag(status)}</h2>
${seen}${todo.map(instruction).join('')}</section>
`;
}

function foundItem({ status, about, message }: Found): string {
  return `<li>${tag(status)} ${about === null ? '' : `<b>${outside(about)}</b>: `}${outside(message)}</li>`;
}

function tag(status: SetupStep['status']): string {
  return `<span class="tag ${status}">${STATUS[status].mark} ${STATUS[status].word}</span>`;
}

/** What is to be copied stands in a block of its own; only what is new of a record that is replaced is copied. */
function instruction(one: Instruction): string {
  const { text, lines } = blockOf(one);
  const block = lines.length === 0 ? '' : `<div class="block"><pre data-copy>${escaped(lines.join('\n'))}</pre></div>`;
  return `<div class="todo"><p>${outside(text)}</p>${one.kind === 'replaceRecord' ? replaced(one) : block}</div>\n`;
}

function replaced({ name, before, after, terms }: Extract<Instruction, { kind: 'replaceRecord' }>): string {
  const marked = terms.map(({ change, text }) => {
    if (change === 'kept') return outside(text);
    return change === 'added' ? `<ins>${outside(text)}</ins>` : `<del>${outside(text)}</del>`;
  });
  return `<p><code>${marked.join(' ')}</code></p>
<p class="quiet">TXT record of <b>${outside(name)}</b>, now ${outside(before)}; to be:</p>
<div class="block"><pre data-copy>${outside(after)}</pre></div>`;
}
