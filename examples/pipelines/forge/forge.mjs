/** Which forge the pipeline runs on, from the variables that it sets itself. */
import { openGithub } from './github.mjs';
import { openGitlab } from './gitlab.mjs';

/** Something that whoever runs the pipeline can put right. */
export class Complaint extends Error {
  name = 'Complaint';
}

export function openForge(env = process.env) {
  if (env.GITHUB_API_URL && env.GITHUB_REPOSITORY) {
    const forge = openGithub({
      address: env.GITHUB_API_URL,
      repository: env.GITHUB_REPOSITORY,
      token: needed(env, 'GITHUB_TOKEN', 'Give the action the token of the job: with: {token: …}'),
      ...(env.ROLLCALL_BOT ? { author: env.ROLLCALL_BOT } : {}),
    });
    return { name: 'github', ...forge };
  }
  if (env.CI_API_V4_URL && env.CI_PROJECT_ID) {
    const forge = openGitlab({
      address: env.CI_API_V4_URL,
      project: env.CI_PROJECT_ID,
      token: needed(
        env,
        'ROLLCALL_GITLAB_TOKEN',
        'Make a project access token with the scope api, as a masked variable.',
      ),
    });
    return { name: 'gitlab', ...forge };
  }
  throw new Complaint(
    'This is neither a job of GitHub nor one of GitLab: GITHUB_API_URL and CI_API_V4_URL are not set.',
  );
}

export function needed(env, name, hint) {
  const value = env[name];
  if (!value) throw new Complaint(`${name} is not set. ${hint}`);
  return value;
}

/** The number of a pull request, as text from outside. */
export function numberOf(text) {
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new Complaint(`${JSON.stringify(text)} is no number of a pull request.`);
  return Number(text);
}

/** Runs a program to its end: 0, or 1 with what happened on stderr. */
export async function main(program) {
  try {
    await program();
  } catch (error) {
    const known = error instanceof Complaint || error.name === 'RequestFailed';
    process.stderr.write(`${known ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
