/** The workspace's own file, as it begins. */
import type { Answers } from './answers.ts';

const HEAD = `# yaml-language-server: $schema=schemas/workspace.schema.json
apiVersion: rollcall/v1
kind: Workspace

# What was applied, its history and its locks. Keep it out of version control, and back it up.
state: {backend: sqlite, path: .rollcall/state.db}

# A file for each customer.
customers: [customers/*.yaml]
`;

const SAFETY = `
# More removals at once than maxRemovals block a customer until somebody says that they are meant: a count (20) or a percentage (10%).
# Without it, the limit is the larger of 5 users and 10%.
safety: {planTtl: 24h}
`;

const TARGETS: Readonly<Record<string, string>> = {
  postfix: '{name: edge, type: postfix, dir: /etc/postfix/rollcall, maps: lmdb}',
  scim: '{name: service, type: scim, url: https://scim.example/v2, token: {env: SCIM_TOKEN}}',
  csv: '{name: portal, type: csv, dir: exports/}',
};

/** A target stands in it as a comment: what is made up must never reach a mail system. */
export function workspaceFile({ target }: Answers): string {
  const text = TARGETS[target];
  if (text === undefined) return `${HEAD}${SAFETY}`;
  return `${HEAD}
# The mail system that the rosters take effect in. It is a comment so that the made-up people of sample/ cannot get there: take it in once you
# plan from the real directory.
# targets:
#   - ${text}
${SAFETY}`;
}
