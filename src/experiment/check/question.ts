import { envoyFormat, type EnvoyFormat } from '../../accesslog/envoy-format.ts';
import type { Columns } from '../../accesslog/table-row.ts';
import { columnRoles } from '../../accesslog/table-row.ts';
import { linearRegex, type LinearRegex } from '../../manifest/linear-regex.ts';
import type { Problem } from '../../manifest/problem.ts';
import { parseDuration } from '../../manifest/quantity.ts';
import type { ShareInterval } from '../../verdict/words.ts';
import { parseShare, parseTally, parseWeights, type Amounts } from './amounts.ts';
import { parseChange, type Change } from './changes.ts';
import { formatOf, formats } from './format.ts';
import { isMisread, misread, movedBy, problemOf, type Misread } from './misread.ts';
import type { Refusal } from './refused.ts';
import type { Meaning } from './series-row.ts';

/** The options of `meshshift check` as commander hands them over. */
export interface CheckOptions {
  readonly log: readonly string[];
  readonly seen?: string;
  readonly sequence?: string;
  readonly weights?: string;
  readonly filename: readonly string[];
  readonly host?: string;
  readonly route?: string;
  readonly change: readonly string[];
  readonly changes?: string;
  readonly subsetPattern?: string;
  readonly shows: readonly string[];
  readonly format: (typeof formats)[number];
  readonly columns?: string;
  readonly values?: string;
  readonly envoyFormat?: string;
  readonly pods?: string;
  readonly conf: string;
  readonly interval: ShareInterval;
  readonly within?: string;
  readonly power?: string;
  readonly looks: string;
  readonly failOn?: 'fault';
  readonly follow?: boolean;
  readonly window?: string;
  readonly untilEnough?: boolean;
  readonly html?: string;
  readonly output: 'text' | 'json';
}

/** What was asked, once the words of the options are understood. */
export interface Question {
  readonly data:
    | { readonly kind: 'tally'; readonly tally: Amounts }
    | { readonly kind: 'sequence'; readonly text: string }
    | { readonly kind: 'files'; readonly names: readonly string[] };
  readonly weights: Amounts | undefined;
  readonly changes: readonly Change[];
  readonly pattern: LinearRegex | undefined;
  readonly shows: readonly { readonly key: string; readonly pattern: LinearRegex }[];
  readonly columns: Columns;
  /** What numbers mean that do not say so themselves. */
  readonly values: Meaning | undefined;
  readonly envoyFormat: EnvoyFormat | undefined;
  readonly pods: Amounts | undefined;
  readonly conf: number;
  readonly within: number | undefined;
  /** Asked for only where sizes are to be told. */
  readonly power: number | undefined;
  /** How many times this split was looked at, this time included. */
  readonly looks: number;
  /** Of a watch: also judge each window of this length by itself. */
  readonly window: Window | undefined;
}

export type Window = { readonly requests: number } | { readonly us: number };

/** The options, understood; or everything that is wrong with them. */
export function readQuestion(
  files: readonly string[],
  options: CheckOptions,
): { readonly question: Question | undefined; readonly problems: readonly (Problem | Refusal)[] } {
  const problems: (Problem | Refusal)[] = [];
  const refuse = (message: string): void => void problems.push({ code: 'MS4001', message });
  const orSay = <T extends object>(option: string, text: string, read: T | Misread): T | undefined => {
    if (!isMisread(read)) return read;
    problems.push(problemOf(read, { file: option, text }));
    return undefined;
  };
  const given = <T extends object>(
    option: string,
    text: string | undefined,
    parse: (text: string) => T | Misread,
  ): T | undefined => (text === undefined ? undefined : orSay(option, text, parse(text)));
  const share = (option: string, text: string | undefined): number | undefined =>
    given(option, text, shareOf)?.share;

  const names = [...files, ...options.log];
  const inputs = [options.seen !== undefined, options.sequence !== undefined, names.length > 0];
  const inputCount = inputs.filter(Boolean).length;
  if (inputCount === 0) refuse('nothing to judge: give --seen, --sequence, or a file (- for standard input)');
  if (inputCount > 1) refuse('--seen, --sequence and files are different data: give one of them');
  if (options.follow === true && names.length !== 1)
    refuse('--follow watches one log, or - for standard input');
  if (options.seen !== undefined && (options.change.length > 0 || options.changes !== undefined)) {
    refuse(
      'a tally has no order, so that changes of weights cannot be told apart in it: give a --sequence or a log',
    );
  }
  if (options.follow === true && names.some((name) => isHar(name, options.format))) {
    refuse('a HAR is written at once: there is nothing to --follow');
  }
  if ((options.window !== undefined || options.untilEnough === true) && options.follow !== true) {
    refuse('--window and --until-enough are parts of a watch: give --follow, too');
  }
  const readsStdin = [...names, options.sequence, ...options.filename, options.changes];
  if (readsStdin.filter((name) => name === '-').length > 1) {
    refuse('standard input can be read once only: give - to one option');
  }
  if (options.weights === undefined && options.filename.length === 0) {
    refuse('against which weights? --weights v1=50,v3=50, or -f with a VirtualService or HTTPRoute');
  }
  if (options.weights !== undefined && options.filename.length > 0) {
    refuse('--weights and -f both say the weights: give one of them');
  }

  const tally = given('--seen', options.seen, parseTally);
  const pods = given('--pods', options.pods, parseTally);
  const weights = given('--weights', options.weights, parseWeights);
  const changes = options.change.flatMap((text) => given('--change', text, parseChange) ?? []);
  const pattern = given('--subset-pattern', options.subsetPattern, regexOf);
  const shows = options.shows.flatMap((text) => given('--shows', text, showOf) ?? []);
  const columns = given('--columns', options.columns, columnsOf) ?? {};
  const own = given('--envoy-format', options.envoyFormat, envoyFormatOf);
  const values = given('--values', options.values, meaningOf);
  const window = given('--window', options.window, windowOf);
  const conf = share('--conf', options.conf) ?? 0.95;
  const power = share('--power', options.power);
  const looks = given('--looks', options.looks, looksOf)?.looks ?? 1;
  const within = share('--within', options.within);
  if (problems.length > 0) return { question: undefined, problems };
  return {
    problems,
    question: {
      data:
        tally !== undefined
          ? { kind: 'tally', tally }
          : options.sequence !== undefined
            ? { kind: 'sequence', text: options.sequence }
            : { kind: 'files', names },
      weights,
      changes,
      pattern,
      shows,
      columns,
      values,
      envoyFormat: own,
      pods,
      conf,
      within,
      power,
      looks,
      window,
    },
  };
}

const isHar = (name: string, format: CheckOptions['format']): boolean =>
  format === 'har' || (format === 'auto' && formatOf(name) === 'har');

function shareOf(text: string): { readonly share: number } | Misread {
  const share = parseShare(text);
  return share === undefined
    ? misread('a share between 0 and 1 is expected, as in 95% or 0.95', 0, text.length)
    : { share };
}

function looksOf(text: string): { readonly looks: number } | Misread {
  return /^[1-9]\d{0,5}$/.test(text)
    ? { looks: Number(text) }
    : misread('a number of looks is expected, 1 for the first', 0, text.length);
}

/** How long a window is: requests, or microseconds of the log's own time. */
function windowOf(text: string): Window | Misread {
  if (/^[1-9]\d{0,14}$/.test(text)) return { requests: Number(text) };
  const span = parseDuration(text);
  return 'us' in span && span.us > 0
    ? { us: span.us }
    : misread('a number of requests (1000) or a span of time (60s) is expected', 0, text.length);
}

function envoyFormatOf(text: string): EnvoyFormat | Misread {
  const read = envoyFormat(text);
  return typeof read === 'string' ? misread(read, 0, text.length) : read;
}

/** `total`, `count`, `rate`, `rate=10m`. */
function meaningOf(text: string): Meaning | Misread {
  const [kind = '', span] = text.split('=');
  if (span === undefined && (kind === 'total' || kind === 'count' || kind === 'rate')) return { kind };
  const read = span === undefined ? undefined : parseDuration(span.trim());
  return kind === 'rate' && read !== undefined && 'us' in read && read.us > 0
    ? { kind, seconds: read.us / 1_000_000 }
    : misread('total, count, rate, or a rate over a span (rate=10m) is expected', 0, text.length);
}

function regexOf(text: string): LinearRegex | Misread {
  const read = linearRegex(text);
  return 'problem' in read ? misread(`no regular expression: ${read.problem}`, 0, text.length) : read;
}

/** `v3=text-red-500`. */
function showOf(text: string): Question['shows'][number] | Misread {
  const equals = text.indexOf('=');
  if (equals < 1) {
    return misread('a version and a pattern are expected, as in v3=text-red-500', 0, text.length);
  }
  const pattern = regexOf(text.slice(equals + 1));
  if (isMisread(pattern)) return movedBy(pattern, equals + 1);
  return { key: text.slice(0, equals).trim(), pattern };
}

/** `time=when,version=answered_by`. */
function columnsOf(text: string): Columns | Misread {
  const columns: Partial<Record<keyof Columns, string>> = {};
  let at = 0;
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    const role = columnRoles.find((own) => own === part.slice(0, Math.max(0, equals)).trim());
    const name = part.slice(equals + 1).trim();
    if (role === undefined || name === '') {
      return misread(
        `"${part}" is not of the form role=column; the roles are ${columnRoles.join(', ')}`,
        at,
        part.length,
      );
    }
    columns[role] = name;
    at += part.length + 1;
  }
  return columns;
}
