/** What trying mail servers out has shown, as text. Marks and words say it; colour only repeats it. */
import type { SmtpCheckResult } from '../../app/check-smtp.ts';
import type { Severity } from '../../domain/diagnostic.ts';
import { inert } from '../../domain/inert.ts';
import { dayOf } from '../../domain/instant.ts';
import type { SmtpFinding } from '../../domain/smtp-findings.ts';
import {
  replyText,
  type SmtpAnswer,
  type SmtpCertificate,
  type SmtpProbe,
  type SmtpVerdict,
  serverText,
} from '../../domain/smtp-probe.ts';
import { count, grouped } from '../../domain/words.ts';
import type { Colors } from '../terminal.ts';

type Checked = Extract<SmtpCheckResult, { status: 'checked' }>;

const MARKS = {
  good: { mark: '✓', color: 'green' },
  doubtful: { mark: '!', color: 'yellow' },
  bad: { mark: '✗', color: 'red' },
  untried: { mark: '·', color: 'dim' },
} as const;

type Mark = keyof typeof MARKS;

/** One step of the conversation: what it was, how it went, and what there is to see. */
interface Row {
  readonly name: string;
  readonly mark: Mark;
  readonly word: string;
  readonly text: string;
}

const NAME_WIDTH = 11;
const WORD_WIDTH = 9;
const TEXT_MAX = 300;

/** A block for each server, and a line on all of them. */
export function renderSmtpChecks(results: readonly SmtpCheckResult[], colors: Colors): readonly string[] {
  const checked = results.filter((result) => result.status === 'checked');
  return [
    ...results.map((result) => `${blockOf(result, colors)}\n`),
    `${count(checked.length, 'mail server')} checked: ${verdictOn(checked)}.\n`,
  ];
}

/** That there was no server to try. */
export function untriedNote(result: Exclude<SmtpCheckResult, Checked>): string {
  const { customer } = result;
  return result.status === 'none'
    ? `${customer} has no sites: there is nothing to check.`
    : `${customer}, site ${inert(result.site)}: no domain belongs to it, and there is nobody to ask its servers about.`;
}

function blockOf(result: SmtpCheckResult, colors: Colors): string {
  if (result.status !== 'checked') return `${untriedNote(result)}\n`;
  const { customer, site, probe, findings } = result;
  const elapsed = `${(probe.elapsedMs / 1000).toFixed(1)} s`;
  const head = `${customer}, site ${inert(site)}: ${outcomeOf(result)}; ${inert(serverText(probe.server))}, ${elapsed}`;
  const rows = rowsOf(probe).map((row) => lineOf(row, colors));
  return `${[head, ...rows, ...findings.map((finding) => findingLine(finding, colors))].join('\n')}\n`;
}

function outcomeOf({ ok, findings }: Checked): string {
  if (!ok) return 'failed';
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  return warnings === 0 ? 'passed' : `passed with ${count(warnings, 'warning')}`;
}

function lineOf({ name, mark, word, text }: Row, colors: Colors): string {
  const { mark: sign, color } = MARKS[mark];
  const shown = inert(text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text);
  return `  ${colors[color](sign)} ${name.padEnd(NAME_WIDTH)}  ${colors[color](word.padEnd(WORD_WIDTH))}  ${shown}`.trimEnd();
}

const FINDING_MARKS: Readonly<Record<Severity, Mark>> = { error: 'bad', warning: 'doubtful', info: 'untried' };

function findingLine({ code, severity, message }: SmtpFinding, colors: Colors): string {
  const { mark, color } = MARKS[FINDING_MARKS[severity]];
  return `  ${colors[color](`${mark} ${severity}`)}[${code}]: ${inert(message)}`;
}

function rowsOf(probe: SmtpProbe): readonly Row[] {
  const { connect, banner, question } = probe;
  const connected: Row =
    connect.status === 'connected'
      ? { name: 'connect', mark: 'good', word: 'connected', text: connect.ip }
      : { name: 'connect', mark: 'bad', word: 'failed', text: '' };
  return [
    connected,
    answerRow('banner', banner, MUST_ACCEPT),
    greetingRow(probe),
    ...encryptionRows(probe),
    answerRow('sender', probe.mailFrom, MAY_WAIT, question.sender === '' ? 'the null sender <>' : question.sender),
    answerRow('known', probe.knownRecipient, MAY_WAIT, question.knownRecipient ?? 'nobody in the roster'),
    answerRow('unknown', probe.randomRecipient, MUST_REFUSE, question.randomRecipient),
  ];
}

type Judgement = Readonly<Record<SmtpVerdict, Mark>>;

const MUST_ACCEPT: Judgement = { accepted: 'good', deferred: 'bad', refused: 'bad' };
const MAY_WAIT: Judgement = { accepted: 'good', deferred: 'doubtful', refused: 'bad' };
/** Of a recipient whom nobody has. */
const MUST_REFUSE: Judgement = { accepted: 'doubtful', deferred: 'doubtful', refused: 'good' };

/** `about` is what the question was about, and is there to be seen even if it was not answered. */
function answerRow(name: string, answer: SmtpAnswer, judgement: Judgement, about = ''): Row {
  switch (answer.status) {
    case 'answered': {
      const { verdict, reply } = answer;
      const text = about === '' ? replyText(reply) : `${about}: ${replyText(reply)}`;
      return { name, mark: judgement[verdict], word: verdict, text };
    }
    case 'failed':
      return { name, mark: 'bad', word: 'failed', text: about };
    case 'untried':
      return { name, mark: 'untried', word: 'not tried', text: answer.reason === 'notReached' ? '' : about };
  }
}

/** The first line of the answer is the server's name; the others are what it offers, and are in the probe. */
function greetingRow({ hello, extensions }: SmtpProbe): Row {
  const row = answerRow('greeting', hello, MUST_ACCEPT);
  if (hello.status !== 'answered' || extensions === null) return row;
  const size =
    extensions.maxSize === null ? 'no limit of size' : `messages up to ${grouped(extensions.maxSize)} octets`;
  return { ...row, text: `${replyText({ ...hello.reply, lines: [hello.reply.lines[0]] })}; ${size}` };
}

function encryptionRows({ startTls }: SmtpProbe): readonly Row[] {
  switch (startTls.status) {
    case 'notReached':
      return [{ name: 'TLS', mark: 'untried', word: 'not tried', text: '' }];
    case 'notOffered':
      return [{ name: 'TLS', mark: 'doubtful', word: 'none', text: 'STARTTLS is not offered' }];
    case 'declined':
      return [{ name: 'TLS', mark: 'doubtful', word: 'declined', text: replyText(startTls.reply) }];
    case 'failed':
      return [{ name: 'TLS', mark: 'doubtful', word: 'failed', text: '' }];
    case 'secured': {
      const { version, certificate, discarded } = startTls;
      const old = version === 'TLSv1' || version === 'TLSv1.1';
      const mark = discarded > 0 ? 'bad' : old ? 'doubtful' : 'good';
      return [{ name: 'TLS', mark, word: 'secured', text: version }, certificateRow(certificate)];
    }
  }
}

function certificateRow(certificate: SmtpCertificate | null): Row {
  if (certificate === null) return { name: 'certificate', mark: 'doubtful', word: 'none', text: '' };
  const { names, subject, issuer, validUntil, coversServer, doubt } = certificate;
  const trusted = doubt === null && coversServer;
  const holder = names.length === 0 ? subject : names.slice(0, 5).join(', ');
  return {
    name: 'certificate',
    mark: trusted ? 'good' : 'doubtful',
    word: trusted ? 'trusted' : 'doubtful',
    text: `for ${holder}, until ${dayOf(validUntil)}, issued by ${issuer}`,
  };
}

function verdictOn(checked: readonly Checked[]): string {
  const failed = checked.filter(({ ok }) => !ok).length;
  if (checked.length === 0) return 'there was none to try';
  if (checked.length === 1) return failed === 0 ? 'it passed' : 'it failed';
  if (failed === 0) return 'all passed';
  return failed === checked.length ? 'all failed' : `${failed} failed`;
}
