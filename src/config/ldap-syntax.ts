/** Just enough of LDAP's text forms to catch a slip of the pen before a server is asked. */

const TYPE = /^(?:[a-z][a-z\d-]*|\d+(?:\.\d+)*)$/i;

/** What is wrong with a distinguished name (RFC 4514), or null. */
export function dnProblem(text: string): string | null {
  for (const part of splitUnescaped(text)) {
    const equals = part.indexOf('=');
    if (equals < 0) return 'each part needs the form name=value, with commas between the parts';
    if (!TYPE.test(part.slice(0, equals).trim())) return 'a part begins with something that is not an attribute name';
    if (part.slice(equals + 1).trim() === '') return 'a part has no value';
  }
  return null;
}

/** Parts between commas and plus signs; a backslash takes the next character along, quotes are from RFC 2253. */
function splitUnescaped(text: string): readonly string[] {
  return text.split(/(?<!\\)(?:\\\\)*[,+;]/);
}

/** What is wrong with a search filter (RFC 4515), or null. Only its frame is looked at. */
export function filterProblem(text: string): string | null {
  const filter = text.trim();
  if (!filter.startsWith('(')) return 'it must stand in parentheses, such as (department=*)';
  let depth = 0;
  for (const [index, character] of [...filter].entries()) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return 'there is one closing parenthesis too many';
    if (depth === 0 && index < [...filter].length - 1) return 'there is something after its last closing parenthesis';
  }
  if (depth > 0) return `${depth === 1 ? 'a closing parenthesis is' : `${depth} closing parentheses are`} missing`;
  const leaf = /\((?![&|!(])([^()]*)\)/g;
  for (const [, inner = ''] of filter.matchAll(leaf)) {
    if (!/^[^=<>~]+(?:[<>~]?=|:=)/.test(inner))
      return 'a pair of parentheses holds no comparison such as (department=*)';
  }
  return null;
}
