import { formatIsoTime, parseIsoTime } from '../../accesslog/iso-time.ts';
import { parseDuration } from '../../manifest/quantity.ts';
import type { Problem } from '../../manifest/problem.ts';
import { parseWeights, type Amounts } from './amounts.ts';
import { isMisread, misread, movedBy, problemOf, type Misread } from './misread.ts';
import { plural } from '../../words/number.ts';

/** When other weights came into force, as the user said it. */
export type Moment =
  | { readonly kind: 'instant'; readonly us: number }
  /** UTC, on the day that brings it nearest to the first request. */
  | { readonly kind: 'clock'; readonly usOfDay: number }
  /** After the first request. */
  | { readonly kind: 'span'; readonly us: number }
  | { readonly kind: 'requests'; readonly count: number };

export interface Change {
  readonly moment: Moment;
  readonly weights: Amounts;
}

/** A change on the time line of the data: from this request on, or from this instant on. */
export interface PlacedChange {
  readonly atIndex?: number;
  readonly atUs?: number;
  readonly weights: Amounts;
}

/** `12:03:20=v1=90,v3=10` -> the change, or what is wrong with it. */
export function parseChange(text: string): Change | Misread {
  const equals = text.indexOf('=');
  const time = text.slice(0, Math.max(0, equals)).trim();
  const moment = parseMoment(time);
  if (moment === undefined) {
    return misread(
      `"${time}" is no moment`,
      0,
      time.length,
      'expected: a clock time (12:03:20, UTC), a date and time, a span after the first request (90s) or a number of requests (15), then =v1=90,v3=10',
    );
  }
  const weights = parseWeights(text.slice(equals + 1));
  return isMisread(weights) ? movedBy(weights, equals + 1) : { moment, weights };
}

/** A file of changes, one a line: `TIME=weights` or `TIME weights`; empty lines and what follows a `#` are skipped. */
export function parseChanges(
  text: string,
  file: string,
): { readonly changes: Change[]; readonly problems: readonly Problem[] } {
  const changes: Change[] = [];
  const problems: Problem[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    const content = line.replace(/#.*/, '').trimEnd();
    if (content.trim() === '') return;
    // A blank between time and weights stands for the equals sign: the same length, so that places stay what they are.
    const change = parseChange(content.replace(/^(\s*[^=]*?[^\s=])\s(\s*)(?=[^\s=]+=)/, '$1=$2'));
    if (isMisread(change)) problems.push(problemOf(change, { file, line: index + 1, text: line }));
    else changes.push(change);
  });
  return { changes, problems };
}

function parseMoment(text: string): Moment | undefined {
  if (/^\d+$/.test(text)) return { kind: 'requests', count: Number(text) };
  const clock = /^(\d{1,2}):(\d\d)(?::(\d\d)(\.\d+)?)?Z?$/.exec(text);
  if (clock !== null) {
    const [hour, minute, second] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)];
    if (hour > 23 || minute > 59 || second > 59) return undefined;
    const usOfDay = ((hour * 60 + minute) * 60 + second + Number(clock[4] ?? 0)) * 1e6;
    return { kind: 'clock', usOfDay: Math.round(usOfDay) };
  }
  const us = parseIsoTime(text);
  if (us !== undefined) return { kind: 'instant', us };
  const span = parseDuration(text.replace(/^\+/, ''));
  return 'us' in span ? { kind: 'span', us: span.us } : undefined;
}

const dayUs = 86_400_000_000;

/**
 * Changes in the order in which they take force, or a sentence about one that cannot be placed. `firstUs`: the time of the
 * first request; undefined where the data has no times, NaN where nothing was read.
 */
export function placeChanges(
  changes: readonly Change[],
  firstUs: number | undefined,
): readonly PlacedChange[] | string {
  const placed: PlacedChange[] = [];
  for (const { moment, weights } of changes) {
    if (moment.kind === 'requests') {
      placed.push({ atIndex: moment.count, weights });
    } else if (firstUs === undefined || Number.isNaN(firstUs)) {
      return 'the data carries no times: say after how many requests the weights changed, as in --change 15=v1=90,v3=10';
    } else {
      placed.push({ atUs: instantOf(moment, firstUs), weights });
    }
  }
  if (placed.some((own) => own.atIndex !== undefined) && placed.some((own) => own.atUs !== undefined)) {
    return 'changes by time and changes by number of requests do not mix';
  }
  return placed.sort((a, b) => (a.atUs ?? a.atIndex!) - (b.atUs ?? b.atIndex!));
}

function instantOf(moment: Exclude<Moment, { kind: 'requests' }>, firstUs: number): number {
  if (moment.kind === 'instant') return moment.us;
  if (moment.kind === 'span') return firstUs + moment.us;
  const sameDay = Math.floor(firstUs / dayUs) * dayUs + moment.usOfDay;
  if (sameDay - firstUs > dayUs / 2) return sameDay - dayUs;
  return firstUs - sameDay > dayUs / 2 ? sameDay + dayUs : sameDay;
}

/** "from 2026-03-01T12:03:20.000Z: v1=90, v3=10". */
export function describeChange(change: PlacedChange): string {
  const { keys, values } = change.weights;
  const weights = keys.map((key, index) => `${key}=${values[index]}`).join(', ');
  if (change.atIndex !== undefined) return `after ${plural(change.atIndex, 'request')}: ${weights}`;
  const us = change.atUs!;
  // What lies within a day of zero has no date: the recording counts from its own start.
  return `from ${Math.abs(us) < dayUs ? `${us / 1e6} s` : formatIsoTime(us)}: ${weights}`;
}
