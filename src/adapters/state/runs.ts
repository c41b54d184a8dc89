/** Runs and how each customer fared in them. */
import type { Instant } from '../../domain/instant.ts';
import type { CustomerId } from '../../domain/roster.ts';
import type { Run, RunId, RunOutcome, RunStart } from '../../ports/run.ts';
import type { Sql, Values } from './database.ts';
import { readTargetOutcomes } from './targets.ts';

const RUN = 'SELECT id, command, started_at, who, plan_digest, finished_at FROM run';
const OUTCOMES = `SELECT customer, outcome, serial_before, serial_after, changes, message
  FROM run_customer WHERE run = ? ORDER BY customer`;

const APPLIED_BY = `SELECT DISTINCT customer FROM run JOIN run_customer ON run_customer.run = run.id
  WHERE plan_digest = ? AND outcome IN ('applied', 'unchanged')`;

export async function beginRun(sql: Sql, { command, at, who, planDigest }: RunStart): Promise<RunId> {
  const [row] = await sql.rows('SELECT coalesce(max(id), 0) + 1 FROM run');
  const id = Number(row?.[0] ?? 1);
  await sql.run('INSERT INTO run (id, command, started_at, who, plan_digest) VALUES (?, ?, ?, ?, ?)', [
    id,
    command,
    at,
    who,
    planDigest,
  ]);
  return id;
}

export async function finishRun(sql: Sql, run: RunId, at: Instant): Promise<void> {
  await sql.run('UPDATE run SET finished_at = ? WHERE id = ?', [at, run]);
}

/** The latest word on a customer in a run is the one that stays. */
export async function noteOutcome(sql: Sql, run: RunId, outcome: RunOutcome): Promise<void> {
  const { customer, serialBefore, serialAfter, changes, message } = outcome;
  await sql.run(
    `INSERT INTO run_customer (run, customer, outcome, serial_before, serial_after, changes, message)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, customer) DO UPDATE SET outcome = excluded.outcome, serial_before = excluded.serial_before,
       serial_after = excluded.serial_after, changes = excluded.changes, message = excluded.message`,
    [run, customer, outcome.outcome, serialBefore, serialAfter, changes, message],
  );
}

export async function hasRun(sql: Sql, run: RunId): Promise<boolean> {
  return (await sql.rows('SELECT id FROM run WHERE id = ?', [run])).length > 0;
}

/** The latest first. */
export async function readRuns(sql: Sql, limit: number): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const row of await sql.rows(`${RUN} ORDER BY id DESC LIMIT ?`, [limit])) runs.push(await runOf(sql, row));
  return runs;
}

export async function readRun(sql: Sql, run: RunId): Promise<Run | null> {
  const [row] = await sql.rows(`${RUN} WHERE id = ?`, [run]);
  return row === undefined ? null : runOf(sql, row);
}

async function runOf(sql: Sql, row: Values): Promise<Run> {
  const [id, command, at, who, planDigest, finishedAt] = row as [
    RunId,
    RunStart['command'],
    Instant,
    string,
    string | null,
    Instant | null,
  ];
  const [outcomes, targets] = [await readOutcomes(sql, id), await readTargetOutcomes(sql, id)];
  return { id, command, at, who, planDigest, finishedAt, outcomes, targets };
}

async function readOutcomes(sql: Sql, run: RunId): Promise<readonly RunOutcome[]> {
  return (await sql.rows(OUTCOMES, [run])).map(([customer, outcome, before, after, changes, message]) => ({
    customer: customer as CustomerId,
    outcome: outcome as RunOutcome['outcome'],
    serialBefore: before as number,
    serialAfter: after as number,
    changes: changes as number,
    message: message as string | null,
  }));
}

/** The customers that a plan was applied to, whether or not it changed anything. */
export async function readAppliedBy(sql: Sql, planDigest: string): Promise<ReadonlySet<CustomerId>> {
  const rows = await sql.rows(APPLIED_BY, [planDigest]);
  return new Set(rows.map(([customer]) => customer as CustomerId));
}
