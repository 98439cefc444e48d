import type { Columns } from '../../accesslog/table-row.ts';
import { columnRoles } from '../../accesslog/table-row.ts';
import { parseShare, parseTally, parseWeights, type Amounts } from './amounts.ts';
import { parseChange, type Change } from './changes.ts';
import { formatOf, formats } from './intake.ts';

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
  readonly pods?: string;
  readonly conf: string;
  readonly within?: string;
  readonly power: string;
  readonly failOn?: 'fault';
  readonly follow?: boolean;
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
  readonly pattern: RegExp | undefined;
  readonly shows: readonly { readonly key: string; readonly pattern: RegExp }[];
  readonly columns: Columns;
  readonly pods: Amounts | undefined;
  readonly conf: number;
  readonly within: number | undefined;
  readonly power: number;
}

/** The options, understood; or every sentence about what is wrong with them. */
export function readQuestion(
  files: readonly string[],
  options: CheckOptions,
): { readonly question: Question | undefined; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const orSay = <T>(read: T | string): T | undefined => {
    if (typeof read !== 'string') return read;
    problems.push(read);
    return undefined;
  };
  const share = (name: string, text: string | undefined): number | undefined => {
    const read = text === undefined ? undefined : parseShare(text);
    if (text !== undefined && read === undefined) {
      problems.push(`--${name} ${text}: a share between 0 and 1 is expected, as in 95% or 0.95`);
    }
    return read;
  };

  const names = [...files, ...options.log];
  const inputs = [options.seen !== undefined, options.sequence !== undefined, names.length > 0];
  const given = inputs.filter(Boolean).length;
  if (given === 0)
    problems.push('nothing to judge: give --seen, --sequence, or a file (- for standard input)');
  if (given > 1) problems.push('--seen, --sequence and files are different data: give one of them');
  if (options.follow === true && names.length !== 1)
    problems.push('--follow watches one log, or - for standard input');
  if (options.seen !== undefined && (options.change.length > 0 || options.changes !== undefined)) {
    problems.push(
      'a tally has no order, so that changes of weights cannot be told apart in it: give a --sequence or a log',
    );
  }
  if (options.follow === true && names.some((name) => isHar(name, options.format))) {
    problems.push('a HAR is written at once: there is nothing to --follow');
  }
  if (options.weights === undefined && options.filename.length === 0) {
    problems.push('against which weights? --weights v1=50,v3=50, or -f with a VirtualService or HTTPRoute');
  }
  if (options.weights !== undefined && options.filename.length > 0) {
    problems.push('--weights and -f both say the weights: give one of them');
  }

  const tally = options.seen === undefined ? undefined : orSay(parseTally(options.seen));
  const pods = options.pods === undefined ? undefined : orSay(parseTally(options.pods));
  const weights = options.weights === undefined ? undefined : orSay(parseWeights(options.weights));
  const changes = options.change.flatMap((text) => orSay(parseChange(text)) ?? []);
  const pattern = options.subsetPattern === undefined ? undefined : orSay(regexOf(options.subsetPattern));
  const shows = options.shows.flatMap((text) => {
    const equals = text.indexOf('=');
    if (equals < 1) {
      problems.push(`--shows ${text}: a version and a pattern are expected, as in v3=text-red-500`);
      return [];
    }
    const own = orSay(regexOf(text.slice(equals + 1)));
    return own === undefined ? [] : [{ key: text.slice(0, equals).trim(), pattern: own }];
  });
  const columns = orSay(columnsOf(options.columns)) ?? {};
  const conf = share('conf', options.conf) ?? 0.95;
  const power = share('power', options.power) ?? 0.8;
  const within = share('within', options.within);
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
      pods,
      conf,
      within,
      power,
    },
  };
}

const isHar = (name: string, format: CheckOptions['format']): boolean =>
  format === 'har' || (format === 'auto' && formatOf(name) === 'har');

function regexOf(text: string): RegExp | string {
  try {
    return new RegExp(text);
  } catch (error) {
    return `"${text}" is no regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** `time=when,version=answered_by`. */
function columnsOf(text: string | undefined): Columns | string {
  const columns: Partial<Record<keyof Columns, string>> = {};
  for (const part of text?.split(',') ?? []) {
    const equals = part.indexOf('=');
    const role = columnRoles.find((own) => own === part.slice(0, Math.max(0, equals)).trim());
    const name = part.slice(equals + 1).trim();
    if (role === undefined || name === '') {
      return `--columns ${text}: "${part}" is not of the form role=column; the roles are ${columnRoles.join(', ')}`;
    }
    columns[role] = name;
  }
  return columns;
}
