/** Text for PowerShell. */

// Control characters and the marks that turn a line around have no place in a name, and would make it look like something else.
const ACTIVE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;
/** PowerShell takes any of these for a single quote. */
const SINGLE_QUOTES = /['\u2018-\u201b]/g;

/** A text as one literal: between single quotes nothing is expanded, and a quote stands for itself when it is doubled. */
export function literal(text: string): string {
  return `'${text.replace(ACTIVE, ' ').replace(SINGLE_QUOTES, '$&$&')}'`;
}

/** A command a parameter to a line, which a backtick continues. */
export function command(name: string, parameters: Readonly<Record<string, string>>): readonly string[] {
  const lines = [name, ...Object.entries(parameters).map(([parameter, value]) => `  -${parameter} ${value}`)];
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \``));
}
