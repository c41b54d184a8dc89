/** Plans as files: written whole or not at all, and believed only if they are what their digest says. */
import type { PlanRecord } from '../../planner/document.ts';
import { FileProblem, type PlanFiles, type SavedPlan } from '../../ports/documents.ts';
import { writeAtomically } from '../atomic-file.ts';
import { planDigest, planLines } from './plan-text.ts';

export const planFiles: PlanFiles = {
  text: planLines,
  digest: planDigest,
  save: savePlan,
  load: loadPlan,
};

async function savePlan(path: string, record: PlanRecord): Promise<string> {
  let digest = '';
  function* lines(): Generator<string> {
    digest = yield* planLines(record);
  }
  try {
    await writeAtomically(path, lines());
  } catch (error) {
    throw new FileProblem(
      {
        code: 'PLAN_NOT_SAVED',
        message: `The plan could not be saved to ${path}: ${textOf(error)}.`,
        hint: 'Give -o a file in a folder that exists, that you may write to, and that has room.',
      },
      { cause: error },
    );
  }
  return digest;
}

async function loadPlan(path: string): Promise<SavedPlan> {
  const { readPlan } = await import('./plan-reader.ts');
  try {
    return await readPlan(path);
  } catch (error) {
    throw new FileProblem(
      {
        code: 'PLAN_UNREADABLE',
        message: `${path} is not a plan that can be used: ${textOf(error)}.`,
        hint: 'Make a new plan with: rollcall plan -o FILE',
      },
      { cause: error },
    );
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
