import { Chance } from '../kernel/chance.ts';
import { ln } from '../kernel/math.ts';

/** Shares on either side of a change, index by key; undefined: unknown. */
export interface ChangeModel {
  readonly before: readonly number[] | undefined;
  readonly after: readonly number[] | undefined;
}

/** Sequences that are made to find out how far the likelihood of the true change falls short of the best. */
const sequencesMade = 399;
/** Requests on either side of the change that are looked at for the interval; further ones say nothing about the place. */
const reach = 1000;

/**
 * Where the shares changed: the number of requests before the change that makes the sequence likeliest, and the
 * likelihood-ratio interval about it. The critical value is simulated (a chi-square does not hold for a change point): in
 * `conf` of 399 sequences made with the fitted shares the true change is no less likely, against the best, than the ends.
 * Chance has a fixed stream, so that the same sequence has the same interval.
 */
export function changeInterval(
  sequence: Int32Array,
  keys: number,
  model: ChangeModel,
  conf: number,
): { readonly at: number; readonly interval: readonly [number, number] } {
  const at = likeliest(logLikelihoods(sequence, keys, model));
  const from = Math.max(0, at - reach);
  const near = sequence.slice(from, at + reach);
  const profile = logLikelihoods(near, keys, model);
  const top = profile[likeliest(profile)]!;
  const within = top - criticalValue(near, keys, model, at - from, conf) - 1e-9;
  let low = at - from;
  let high = low;
  profile.forEach((value, cut) => {
    if (value < within) return;
    low = Math.min(low, cut);
    high = Math.max(high, cut);
  });
  return { at, interval: [from + low, from + high] };
}

function criticalValue(
  near: Int32Array,
  keys: number,
  model: ChangeModel,
  cut: number,
  conf: number,
): number {
  const before = cumulative(model.before ?? sharesIn(near.subarray(0, cut), keys));
  const after = cumulative(model.after ?? sharesIn(near.subarray(cut), keys));
  const stream = new Chance('change point').stream('made sequences');
  const made = new Int32Array(near.length);
  const shortfalls = new Float64Array(sequencesMade);
  for (let own = 0; own < sequencesMade; own++) {
    for (let i = 0; i < made.length; i++) {
      const bounds = i < cut ? before : after;
      const u = stream.uniform();
      let key = 0;
      while (key < keys - 1 && u >= bounds[key]!) key += 1;
      made[i] = key;
    }
    const profile = logLikelihoods(made, keys, model);
    shortfalls[own] = profile[likeliest(profile)]! - profile[cut]!;
  }
  const rank = Math.min(sequencesMade, Math.ceil(conf * (sequencesMade + 1)));
  return shortfalls.sort()[rank - 1]!;
}

/** ln likelihood by the number of requests before the change; unknown shares are those observed on their side. */
function logLikelihoods(sequence: Int32Array, keys: number, { before, after }: ChangeModel): Float64Array {
  const n = sequence.length;
  const profile = new Float64Array(n + 1);
  addSide(profile, sequence, keys, before, 1);
  addSide(profile, sequence, keys, after, -1);
  // A side of nothing has no unknown shares: without a request of its own a change cannot be seen.
  if (before === undefined) profile[0] = -Infinity;
  if (after === undefined) profile[n] = -Infinity;
  return profile;
}

/** Adds ln likelihood of the requests before each cut (direction 1) or after it (-1). */
function addSide(
  profile: Float64Array,
  sequence: Int32Array,
  keys: number,
  shares: readonly number[] | undefined,
  direction: 1 | -1,
): void {
  const n = sequence.length;
  const logs = shares?.map((share) => ln(share));
  const table = logs === undefined ? selfLogs(n) : undefined;
  const counts = new Int32Array(keys);
  let known = 0;
  let spread = 0;
  for (let taken = 1; taken <= n; taken++) {
    const key = sequence[direction === 1 ? taken - 1 : n - taken]!;
    if (logs !== undefined) known += logs[key]!;
    else {
      spread += table![counts[key]! + 1]! - table![counts[key]!]!;
      counts[key]! += 1;
    }
    profile[direction === 1 ? taken : n - taken]! += logs !== undefined ? known : spread - table![taken]!;
  }
}

let selfLogTable = new Float64Array(1);

/** x ln x for whole x up to n; the table is kept, since it depends on nothing. */
function selfLogs(n: number): Float64Array {
  if (selfLogTable.length <= n)
    selfLogTable = Float64Array.from({ length: 2 * n + 1 }, (_, x) => (x === 0 ? 0 : x * ln(x)));
  return selfLogTable;
}

/** The first of the greatest. */
function likeliest(profile: Float64Array): number {
  let found = 0;
  for (let cut = 1; cut < profile.length; cut++) if (profile[cut]! > profile[found]! + 1e-10) found = cut;
  return found;
}

function sharesIn(part: Int32Array, keys: number): number[] {
  const counts = new Array<number>(keys).fill(0);
  for (const key of part) counts[key]! += 1;
  return counts.map((count) => count / Math.max(1, part.length));
}

function cumulative(shares: readonly number[]): number[] {
  let sum = 0;
  return shares.map((share) => (sum += share));
}
