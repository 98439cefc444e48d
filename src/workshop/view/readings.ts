import type { Desk } from '../../experiment/session/desk.ts';
import { binomInterval } from '../../stats/interval.ts';
import { betaBinomialCS } from '../../stats/sequential.ts';

/** What is to read of one version. */
export interface Reading {
  readonly version: string;
  readonly configured: number | undefined;
  readonly effective: number | undefined;
  /** k of n requests came to it. */
  readonly k: number;
  readonly n: number;
  /** Of its true share, at 95 %; undefined: nothing was observed. */
  readonly interval: readonly [number, number] | undefined;
  /** Whether chance explains what lies between effective and observed; "mixed": some requests were drawn by older rules. */
  readonly chance: 'unknown' | 'mixed' | 'within' | 'edge' | 'beyond';
}

/** For each version what is configured, effective and observed, and whether chance explains the difference. */
export function readings({ versions, split }: Desk, isWatched: boolean): Reading[] {
  const n = split.observed.reduce((sum, k) => sum + k, 0);
  return versions.map(({ key }, i) => {
    const k = split.observed[i] ?? 0;
    const effective = split.effective?.[i];
    const interval = n === 0 ? undefined : intervalOf(k, n, isWatched);
    const isWithin =
      effective !== undefined &&
      interval !== undefined &&
      effective >= interval[0] - 1e-12 &&
      effective <= interval[1] + 1e-12;
    return {
      version: key,
      configured: split.configured?.[i],
      effective,
      k,
      n,
      interval,
      chance:
        effective === undefined || interval === undefined
          ? 'unknown'
          : isWithin
            ? 'within'
            : split.callersCurrent < split.callers
              ? 'mixed'
              : isFar(k, n, effective)
                ? 'beyond'
                : 'edge',
    };
  });
}

/** Further than chance brings in one of a thousand looks: one of twenty is no fault yet. */
function isFar(k: number, n: number, share: number): boolean {
  const [low, high] = binomInterval({ k, n, conf: 0.999, method: 'clopper-pearson' });
  return share < low || share > high;
}

/** Wilson's at this n, or the confidence sequence that somebody may watch. A uniform prior favours no split. */
const intervalOf = (k: number, n: number, isWatched: boolean): [number, number] =>
  isWatched
    ? betaBinomialCS({ k, n, alpha: 0.05, a: 1, b: 1 })
    : binomInterval({ k, n, conf: 0.95, method: 'wilson' });
