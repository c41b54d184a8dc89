/** To be written. */
import type { PostfixTargetConfig } from '../../../domain/target-config.ts';
import { type Target, TargetProblem } from '../../../ports.ts';
import type { TargetOpening } from '../opening.ts';

export function postfixTarget(config: PostfixTargetConfig, _opening: TargetOpening): Target {
  const refuse = () => {
    throw new TargetProblem({ code: 'TARGET_UNWRITTEN', message: 'This kind of target is not written yet.', hint: '' });
  };
  return { name: config.name, project: refuse, read: refuse, write: refuse };
}
