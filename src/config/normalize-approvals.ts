/** Who may approve plans. */
import type { ApprovalPolicy } from '../domain/approval.ts';
import type { ResolvePath } from './connection-context.ts';
import { error, type Finding } from './finding.ts';
import type { ParsedFile } from './parse.ts';
import type { RawWorkspace } from './schema-types.ts';

/** Null where the workspace says nothing of it. */
export function approvalsOf(
  file: ParsedFile<RawWorkspace>,
  resolve: ResolvePath,
  report: (finding: Finding) => void,
): ApprovalPolicy | null {
  const raw = file.value?.approvals;
  if (raw === undefined) return null;
  const { required = 1, keys } = raw;
  const names = new Set<string>();
  for (const [index, { name }] of keys.entries()) {
    if (names.has(name)) {
      const location = file.at('approvals', 'keys', index, 'name');
      report(error('CONFIG_APPROVALS', location, `"${name}" has two keys. Give each person one.`));
    }
    names.add(name);
  }
  if (names.size < required) {
    const message = `${required} people have to approve a plan, and ${names.size} can. Add keys, or lower "required".`;
    report(error('CONFIG_APPROVALS', file.at('approvals'), message));
  }
  return {
    required,
    keys: keys.map((key, index) => ({
      name: key.name,
      file: resolve(key.file),
      location: file.at('approvals', 'keys', index, 'name'),
    })),
  };
}
