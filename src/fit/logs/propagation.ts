import { ln } from '../../kernel/math.ts';
import type { VersionedCalls } from './split.ts';

/** When a proxy began to heed other weights. */
export interface Propagation {
  readonly pod: string;
  /** Seconds from the change until the proxy heeds it; null: the data do not tell. The likeliest, and all within the interval. */
  readonly seconds: number | null;
  readonly low: number;
  readonly high: number;
  /** Calls that decided between the ends of the interval and beyond. */
  readonly n: number;
}

const longestMs = 60_000;
/**
 * ln 100: where the old weights had a version not at all, calls of the others go on by chance as long as that in one of a hundred
 * cases. Between two shares it is more than the 99 % of likelihood ratios, 3.32.
 */
const drop = 4.605;
/** A share that no rule gives may still be one call in very many: of a clock that is off, or a line of another request. */
const impossible = 1e-9;

/**
 * For each proxy that calls the Service: the delay for which its draws are likeliest, old shares before and new ones after, and the
 * delays whose likelihood is within a factor of 100 of that (99 %).
 * @param before, after shares of the versions; what is 0 is forbidden.
 * @param untilMs the next change, or the end of what was watched.
 */
export function propagationOf(
  { callers }: VersionedCalls,
  atMs: number,
  before: readonly number[],
  after: readonly number[],
  untilMs: number,
): readonly Propagation[] {
  const gain = before.map((old, version) => logOf(old) - logOf(after[version] ?? 0));
  return callers.map(({ pod, startMs, version }) => {
    const end = Math.min(untilMs, atMs + longestMs);
    const delays: number[] = [0];
    // Likelihood of "heeded only after this call", against "heeded at once".
    const worth: number[] = [0];
    for (let at = 0; at < startMs.length; at += 1) {
      const when = startMs[at]!;
      if (when < atMs || when >= end) continue;
      delays.push((when - atMs) / 1000);
      worth.push(worth.at(-1)! + gain[version[at]!]!);
    }
    const best = Math.max(...worth);
    const likely = worth.flatMap((value, at) => (value >= best - drop ? [at] : []));
    const [first, last] = [likely[0]!, likely.at(-1)!];
    const top = worth.indexOf(best);
    const endOf = (at: number): number => delays[at + 1] ?? (end - atMs) / 1000;
    const n = delays.length - 1;
    if (n === 0 || last === worth.length - 1)
      return { pod, seconds: null, low: delays[first]!, high: Infinity, n };
    return { pod, seconds: (delays[top]! + endOf(top)) / 2, low: delays[first]!, high: endOf(last), n };
  });
}

const logOf = (share: number): number => ln(Math.max(share, impossible));
