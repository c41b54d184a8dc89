/** The text of a comment or an issue: found again by its marker, within the limit of the forge. */

/** A comment of HTML, which nobody sees. `scope` tells several workspaces of one repository apart. */
export function markerOf(kind, scope = '.') {
  return `<!-- rollcall:${kind}${scope === '.' ? '' : `:${encodeURIComponent(scope)}`} -->`;
}

export function isMarked(body, marker) {
  return typeof body === 'string' && body.trimStart().startsWith(marker);
}

/** The text behind its marker, in `limit` UTF-16 units at most, naming nobody: what stands in a directory is to notify no user of the forge. */
export function bodyOf(marker, text, limit) {
  const inert = text.replaceAll('\r\n', '\n').replaceAll(/(^|[^\w.+-])@(?=\w)/gm, '$1@\u2060');
  return `${marker}\n${shortened(inert, limit - marker.length - 1)}`;
}

const CUT =
  '\n\n*The rest is left out here: it is longer than a comment may be. The whole is in the artifacts of the job.*\n';
/** Room for what closes an open fence and open details. */
const CLOSING = 400;

function shortened(text, limit) {
  if (text.length <= limit) return text;
  const room = text.slice(0, limit - CUT.length - CLOSING);
  const lines = room.slice(0, Math.max(room.lastIndexOf('\n'), 0)).split('\n');
  return `${lines.join('\n')}${closingOf(lines)}${CUT}`;
}

/** Whatever was open where the text was cut would swallow the note that it was. */
function closingOf(lines) {
  let fence = null;
  let details = 0;
  for (const line of lines) {
    const [, run] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === null && run !== undefined) fence = run;
    else if (fence !== null && run?.startsWith(fence)) fence = null;
    else if (fence === null) details += count(line, '<details') - count(line, '</details>');
  }
  const closed = '</details>'.repeat(Math.min(Math.max(details, 0), 20));
  return `${fence === null || fence.length > 100 ? '' : `\n${fence}`}${closed === '' ? '' : `\n\n${closed}`}`;
}

function count(line, part) {
  return line.split(part).length - 1;
}
