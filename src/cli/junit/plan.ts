/**
 * A plan as JUnit XML: a suite for each customer. Its cases are what somebody has to look into: the reading of its directory, each block,
 * each error. That there is something to change is no failure; the changes are the output of a case that passes.
 */
import { type Diagnostic, placeOf } from '../../domain/diagnostic.ts';
import { inert } from '../../domain/inert.ts';
import type { CustomerPlan, Plan } from '../../domain/plan.ts';
import { count } from '../../domain/words.ts';
import { changeLines } from './change-lines.ts';
import { type JunitCase, type JunitSuite, renderJunit } from './junit.ts';

/** The lines of the report, each with its line end. */
export function renderPlanJunit(plan: Plan): readonly string[] {
  return renderJunit('rollcall plan', plan.customers.map(customerSuite));
}

function customerSuite(customer: CustomerPlan): JunitSuite {
  const name = customer.customer;
  const className = `rollcall.plan.${name}`;
  const cases = [
    directoryCase(customer),
    ...(customer.status === 'failed' ? [NOT_PLANNED] : [...safetyCases(customer), changesCase(customer)]),
    ...errorCases(customer.diagnostics),
    ...warningsCase(customer.diagnostics),
  ];
  return { name, cases: distinct(cases).map((one) => ({ ...one, className })) };
}

type Case = Omit<JunitCase, 'className'>;
type PlannedCustomer = Exclude<CustomerPlan, { status: 'failed' }>;

const NOT_PLANNED: Case = { name: 'changes', outcome: 'skipped', status: 'not planned', text: '' };

function directoryCase(customer: CustomerPlan): Case {
  const name = 'directory';
  if (customer.status === 'failed') {
    const { code, message, hint } = customer.problem;
    return { name, outcome: 'error', status: code, text: `${inert(message)}\n${inert(hint)}` };
  }
  if (customer.directory === null) return { name, outcome: 'skipped', status: 'no directory was read', text: '' };
  const { proof, identity } = customer.directory;
  const text = `${count(proof.entries, 'object')} of the directory ${inert(identity.id)}`;
  return { name, outcome: 'passed', status: 'read', text };
}

function safetyCases(customer: PlannedCustomer): readonly Case[] {
  if (customer.status === 'ready') return [{ name: 'safety', outcome: 'passed', status: 'not blocked', text: '' }];
  return customer.blocks.map(({ rule, message }) => ({
    name: `safety ${rule}`,
    outcome: 'failure',
    status: rule,
    text: inert(message),
  }));
}

function changesCase({ changes, summary: { billable } }: PlannedCustomer): Case {
  const seats = `billable users: ${billable.before} -> ${billable.after}`;
  const text = changes.length === 0 ? '' : [count(changes.length, 'change'), seats, ...changeLines(changes)].join('\n');
  return { name: 'changes', outcome: 'passed', status: 'planned', text };
}

function errorCases(diagnostics: readonly Diagnostic[]): readonly Case[] {
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map((diagnostic) => {
      const about = diagnostic.address ?? placeText(diagnostic);
      return {
        name: about === '' ? diagnostic.rule : `${diagnostic.rule} ${about}`,
        outcome: 'failure',
        status: diagnostic.rule,
        text: lineOf(diagnostic),
      };
    });
}

function warningsCase(diagnostics: readonly Diagnostic[]): readonly Case[] {
  const lines = diagnostics
    .filter(({ severity }) => severity === 'warning')
    .map((one) => `${one.rule}: ${lineOf(one)}`);
  return lines.length === 0 ? [] : [{ name: 'warnings', outcome: 'passed', status: 'warned', text: lines.join('\n') }];
}

function lineOf(diagnostic: Diagnostic): string {
  const place = placeText(diagnostic);
  return inert(place === '' ? diagnostic.message : `${diagnostic.message} (${place})`);
}

function placeText({ location }: Diagnostic): string {
  return location === null ? '' : placeOf(location);
}

/** Servers tell the cases of a suite apart by their names. */
function distinct(cases: readonly Case[]): readonly Case[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const before = seen.get(one.name) ?? 0;
    seen.set(one.name, before + 1);
    return before === 0 ? one : { ...one, name: `${one.name} (${before + 1})` };
  });
}
