/** How targets fared, and the configurations that customers were applied with. */
import type { CustomerId } from '../../domain/roster.ts';
import type { AppliedConfig, RunId, TargetOutcome, TargetStanding } from '../../ports/run.ts';
import type { Sql } from './database.ts';

const OUTCOMES = `SELECT target, customer, outcome, serial, added, changed, removed, message
  FROM run_target WHERE run = ? ORDER BY target, customer`;

const STANDINGS =
  'SELECT target, customer, outcome, message, written_at FROM target_standing ORDER BY target, customer';

const NOTE = `INSERT INTO run_target (run, target, customer, outcome, serial, added, changed, removed, message)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (run, target, customer) DO UPDATE SET outcome = excluded.outcome, serial = excluded.serial, added = excluded.added,
    changed = excluded.changed, removed = excluded.removed, message = excluded.message`;

// What was written once stays known to have been, whatever became of it since.
const STAND = `INSERT INTO target_standing (target, customer, outcome, message, written_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (target, customer) DO UPDATE SET outcome = excluded.outcome, message = excluded.message,
    written_at = coalesce(excluded.written_at, written_at)`;

/** The latest word on a target and a customer in a run is the one that stays. */
export async function noteTargets(sql: Sql, run: RunId, outcomes: readonly TargetOutcome[]): Promise<void> {
  for (const { target, customer, outcome, serial, added, changed, removed, message } of outcomes) {
    await sql.run(NOTE, [run, target, customer, outcome, serial, added, changed, removed, message]);
    const isWritten = outcome === 'converged' || outcome === 'unchanged' || added + changed + removed > 0;
    await sql.run(STAND, [target, customer, outcome, message, isWritten ? serial : null]);
  }
}

export async function readTargetOutcomes(sql: Sql, run: RunId): Promise<readonly TargetOutcome[]> {
  const rows = await sql.rows(OUTCOMES, [run]);
  return rows.map(([target, customer, outcome, serial, added, changed, removed, message]) => ({
    target: target as string,
    customer: customer as CustomerId,
    outcome: outcome as TargetOutcome['outcome'],
    serial: serial as number,
    added: added as number,
    changed: changed as number,
    removed: removed as number,
    message: message as string | null,
  }));
}

export async function readStandings(sql: Sql): Promise<readonly TargetStanding[]> {
  return (await sql.rows(STANDINGS)).map(([target, customer, outcome, message, writtenAt]) => ({
    target: target as string,
    customer: customer as CustomerId,
    outcome: outcome as TargetOutcome['outcome'],
    message: message as string | null,
    writtenAt: writtenAt as number | null,
  }));
}

export async function writeConfig(sql: Sql, customer: CustomerId, { digest, files }: AppliedConfig): Promise<void> {
  await sql.run(
    `INSERT INTO applied_config (customer, digest, files) VALUES (?, ?, ?)
     ON CONFLICT (customer) DO UPDATE SET digest = excluded.digest, files = excluded.files`,
    [customer, digest, JSON.stringify(files)],
  );
}

export async function readConfig(sql: Sql, customer: CustomerId): Promise<AppliedConfig | null> {
  const [row] = await sql.rows('SELECT digest, files FROM applied_config WHERE customer = ?', [customer]);
  if (row === undefined) return null;
  return { digest: row[0] as string, files: JSON.parse(row[1] as string) as AppliedConfig['files'] };
}
