/** Findings of the configuration as text: `file:line:col: error[CODE]: message`. */
import type { Finding } from '../../config/finding.ts';
import { inert } from '../../domain/inert.ts';
import type { Colors } from '../terminal.ts';

export function findingText({ severity, code, message, location }: Finding, colors: Colors): string {
  const { file, line, column } = location;
  const label = severity === 'error' ? colors.red(`error[${code}]`) : colors.yellow(`warning[${code}]`);
  return `${inert(file)}:${line}:${column}: ${label}: ${inert(message)}`;
}
