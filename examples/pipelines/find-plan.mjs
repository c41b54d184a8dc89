/**
 * Finds the plan of a merged commit: `node find-plan.mjs NAME COMMIT FOLDER`.
 *
 * Whoever may push a branch may run a workflow of their own there, and name its artifacts as they like. So a plan counts only if it was made
 * on the very commit, or on the head of the pull request that was merged as it: whoever reviewed that has seen the pipeline too.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint, main, openForge } from './forge/forge.mjs';

await main(async () => {
  const [name, commit, folder] = process.argv.slice(2);
  const forge = openForge();
  const merged = await forge.mergedAs(commit);
  const heads = [commit, ...merged.map(({ head }) => head)];
  const number = merged[0]?.number ?? null;
  const found =
    forge.name === 'github' ? await onGithub(forge, name, heads) : await onGitlab(forge, { name, folder, heads });
  if (found === null) {
    throw new Complaint(
      `No plan is kept for this configuration (${name}): the branch was merged into something else than it was planned on, was never planned, or its plan is gone. ` +
        'Run the job that plans on this branch as it is now, look at the plan, and run this job again.',
    );
  }
  process.stderr.write(`${name}: of ${found}${number === null ? '' : `, for ${number}`}.\n`);
  if (forge.name === 'github') {
    publish({ plan: name, 'run-id': found, ...(number === null ? {} : { 'pull-request': number }) });
  } else if (number !== null) {
    writeFileSync(join(folder, name, 'pull-request'), `${number}\n`);
  }
});

/** The run that has it. */
async function onGithub(forge, name, heads) {
  const workflow = process.env.ROLLCALL_PLAN_WORKFLOW || '.github/workflows/rollcall-plan.yml';
  for (const { run, commit } of await forge.artifacts(name)) {
    if (heads.includes(commit) && (await forge.isRunOf(run, workflow))) return run;
  }
  return null;
}

/** The job that had it. What has approved it is signed, so it does not matter whose job that was. */
async function onGitlab(forge, { name, folder, heads }) {
  const kept = (file) => `rollcall-plans/${name}/${file}`;
  for (const head of heads) {
    const found = await firstWith(
      forge,
      await forge.jobs(head, process.env.ROLLCALL_PLAN_JOB || 'rollcall-plan'),
      kept('plan.json'),
    );
    if (found === null) continue;
    const approvals = await firstWith(forge, await forge.jobs(head, 'rollcall-approve'), kept('plan.json.approvals'));
    const about = await forge.artifact(found.job, kept('about'));
    mkdirSync(join(folder, name), { recursive: true });
    const files = { 'plan.json': found.bytes, 'plan.json.approvals': approvals?.bytes, about };
    for (const [file, bytes] of Object.entries(files)) if (bytes) writeFileSync(join(folder, name, file), bytes);
    return found.job;
  }
  return null;
}

/** The first of these jobs that has such a file. */
async function firstWith(forge, jobs, path) {
  for (const job of jobs) {
    const bytes = await forge.artifact(job, path);
    if (bytes !== null) return { job, bytes };
  }
  return null;
}

/** For the steps that follow. */
function publish(values) {
  const outputs = process.env.GITHUB_OUTPUT;
  const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
  if (outputs) appendFileSync(outputs, lines.join(''));
}
