/** The steps of a set-up that the DNS decides, and what is news from one look to the next. */
import { describe, expect, it } from 'vitest';
import { progressBetween } from '../../src/planner/setup/progress.ts';
import { answered, exchange, FAILED, mx, NO_DATA, spf } from '../support/observations.ts';
import { checklistOf, RIGHT, stepOf, todo } from './setup-inputs.ts';

describe('MX', () => {
  const of = (...records: readonly string[]) => stepOf('mx', { seen: [{ ...RIGHT, mx: mx(...records) }] });
  const changes = (step: ReturnType<typeof of>) =>
    step.todo.flatMap((one) =>
      one.kind === 'records'
        ? one.records.map((record) =>
            record.type === 'MX' ? `${one.action} ${record.preference} ${record.exchange}` : '',
          )
        : [],
    );

  it('mail that goes elsewhere so far is not done yet, and nothing is broken', () => {
    const step = of('10 old.example', '20 older.example');
    expect(step.status).toBe('pending');
    expect(changes(step)).toEqual([
      'add 9 mx1.gw.example',
      'add 9 mx2.gw.example',
      'remove 10 old.example',
      'remove 20 older.example',
    ]);
    expect(todo(step, 'note').text).toContain('for 300 s after the change');
  });

  it('a foreign one that is left over is taken away', () => {
    const step = of('10 mx1.gw.example', '10 mx2.gw.example', '50 old.example');
    expect(step.status).toBe('pending');
    expect(changes(step)).toEqual(['remove 50 old.example']);
  });

  it('one of the service that stands behind a foreign one is set before it', () => {
    expect(changes(of('10 old.example', '20 mx1.gw.example', '20 mx2.gw.example'))).toEqual([
      'add 9 mx1.gw.example',
      'add 9 mx2.gw.example',
      'remove 10 old.example',
      'remove 20 mx1.gw.example',
      'remove 20 mx2.gw.example',
    ]);
  });

  it('a host that is missing is added beside the other', () => {
    expect(changes(of('5 mx1.gw.example'))).toEqual(['add 5 mx2.gw.example']);
  });

  it('a null MX, and a host without an address, are faults', () => {
    expect(of('0 ').status).toBe('failed');
    const dead = { answer: answered(exchange('10 mx1.gw.example', { addresses: NO_DATA })) };
    expect(stepOf('mx', { seen: [{ ...RIGHT, mx: dead }] }).status).toBe('failed');
  });

  it('no record at all, and no answer, are told apart', () => {
    expect(stepOf('mx', { seen: [{ ...RIGHT, mx: { answer: NO_DATA } }] }).status).toBe('pending');
    expect(stepOf('mx', { seen: [{ ...RIGHT, mx: { answer: FAILED } }] }).status).toBe('unknown');
  });
});

describe('SPF', () => {
  const of = (...args: Parameters<typeof spf>) => stepOf('spf', { seen: [{ ...RIGHT, spf: spf(...args) }] });

  it('shows which terms come into the record', () => {
    const record = 'v=spf1 include:a.example include:spf.gw.example -all';
    const step = of('v=spf1 include:a.example -all', ['fail'], { proposal: { record, lookups: 2, result: 'pass' } });
    expect(step.status).toBe('pending');
    expect(todo(step, 'replaceRecord')).toMatchObject({
      name: 'acme.example',
      before: 'v=spf1 include:a.example -all',
      after: record,
      terms: [
        { change: 'kept', text: 'v=spf1 include:a.example' },
        { change: 'added', text: 'include:spf.gw.example' },
        { change: 'kept', text: '-all' },
      ],
    });
  });

  it('has failed where the record would break the limit of ten', () => {
    const proposal = { record: 'v=spf1 include:spf.gw.example -all', lookups: 11, result: 'permerror' } as const;
    const step = of('v=spf1 -all', ['fail'], { proposal });
    expect(step.status).toBe('failed');
    expect(todo(step, 'replaceRecord').text).toContain('It would take 11 lookups, and more than ten are an error');
  });

  it('where there is none, a whole record is to be added', () => {
    const proposal = { record: 'v=spf1 include:spf.gw.example -all', lookups: 1, result: 'pass' } as const;
    const step = of('', [], { records: NO_DATA, proposal });
    expect(todo(step, 'records').records).toEqual([{ type: 'TXT', name: 'acme.example', value: proposal.record }]);
  });

  it('several records have failed, and a server that did not answer is not known', () => {
    expect(of('', ['permerror'], { records: answered('v=spf1 -all', 'v=spf1 ~all') }).status).toBe('failed');
    expect(of('', [], { records: FAILED }).status).toBe('unknown');
  });
});

describe('progress', () => {
  it('names the steps in which something else is seen', () => {
    const before = checklistOf({ seen: [{ ...RIGHT, mx: mx('10 old.example') }] });
    const [only, ...others] = progressBetween(before, checklistOf());
    expect(others).toEqual([]);
    expect(only).toMatchObject({ before: 'pending', step: { id: 'mx', number: 5, status: 'done' } });
    expect(only?.found).toHaveLength(1);
  });

  it('is none where only the rest of a TTL has run down', () => {
    const records = [exchange('10 old.example')];
    const at = (ttl: number) =>
      checklistOf({ seen: [{ ...RIGHT, mx: { answer: { status: 'answered', records, ttl } } }] });
    expect(progressBetween(at(300), at(270))).toEqual([]);
  });
});
