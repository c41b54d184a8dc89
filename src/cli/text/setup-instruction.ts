/** What is to be done in a set-up, as lines that can be copied: shown alike in a terminal and in Markdown. */

import { inert } from '../../domain/inert.ts';
import type { Instruction, SetupRecord } from '../../planner/setup/step.ts';

export interface InstructionBlock {
  readonly text: string;
  /** To be copied as they are; none for a mere note. Text from outside is inert. */
  readonly lines: readonly string[];
  /** For a fenced block; empty where no language is meant. */
  readonly language: string;
}

/** One string of a TXT record holds so many octets (RFC 1035 3.3). */
const LONGEST_STRING = 255;

export function blockOf(instruction: Instruction): InstructionBlock {
  const { text, lines, language } = written(instruction);
  return { text: inert(text), lines: lines.map(inert), language };
}

function written(instruction: Instruction): InstructionBlock {
  const { text } = instruction;
  switch (instruction.kind) {
    case 'note':
      return { text, lines: [], language: '' };
    case 'records':
      return { text, lines: aligned(instruction.records.map(cellsOf)), language: '' };
    case 'replaceRecord': {
      const { name, before, after, terms } = instruction;
      const changed = terms.filter(({ change }) => change !== 'kept').map((term) => `${term.change}: ${term.text}`);
      return {
        text: changed.length === 0 ? text : `${text} (${changed.join('; ')})`,
        lines: [`- ${name}.  TXT  ${quoted(before)}`, `+ ${name}.  TXT  ${quoted(after)}`],
        language: 'diff',
      };
    }
    case 'networks':
      return { text, lines: instruction.networks, language: '' };
    case 'commands':
      return { text, lines: instruction.lines, language: instruction.language };
    case 'settings': {
      const path = instruction.path.length === 0 ? '' : ` ${instruction.path.join(' > ')}:`;
      return { text: `${text}${path}`, lines: instruction.settings.flatMap(settingLines), language: '' };
    }
  }
}

function cellsOf(record: SetupRecord): readonly string[] {
  return record.type === 'TXT'
    ? [`${record.name}.`, 'TXT', quoted(record.value)]
    : [`${record.name}.`, 'MX', String(record.preference), `${record.exchange}.`];
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widest = Math.max(0, ...rows.map(([name = '']) => name.length));
  return rows.map(([name = '', ...rest]) => [name.padEnd(widest), ...rest].join('  '));
}

/** As a zone file has it: in strings that are short enough, which count as one text. */
function quoted(value: string): string {
  const strings: string[] = [''];
  for (const character of value) {
    const last = strings.at(-1) ?? '';
    if (Buffer.byteLength(last + character) > LONGEST_STRING) strings.push(character);
    else strings[strings.length - 1] = last + character;
  }
  return strings.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(' ');
}

function settingLines({
  name,
  value,
}: {
  readonly name: string;
  readonly value: string | readonly string[];
}): readonly string[] {
  return typeof value === 'string' ? [`${name}: ${value}`] : [`${name}:`, ...value.map((one) => `  ${one}`)];
}
