import { binomInterval, binomQuantile } from '../../stats/index.ts';
import { binomialLaw } from '../lesson/law-figure.ts';
import { refreshes } from './seats.ts';

export interface ClassStats {
  readonly sessions: number;
  readonly pages: number;
  readonly reds: number;
  /** Of all pages, 95 %, Wilson; where there is none: [0, 1]. */
  readonly interval: readonly [number, number];
  /** By number of reds: sessions to be expected, and the band that holds 90 % of classes. */
  readonly bars: readonly {
    readonly count: number;
    readonly expected: number;
    readonly band: readonly [number, number];
  }[];
  /** Somebody in a class of this size sees 12:3 or worse. */
  readonly somebodyExtreme: number;
  /** From so many seats on that is likelier than not. */
  readonly evenOddsFrom: number;
}

const band = 0.9;
/** 12 of one version, or more. */
const extreme = 12;

/** Bars of a class against what chance brings. @param counts sessions by number of reds, 0 to 15. */
export function classStats(counts: readonly number[]): ClassStats {
  const law = binomialLaw(refreshes, 0.5);
  const sessions = counts.reduce((sum, own) => sum + own, 0);
  const pages = sessions * refreshes;
  const reds = counts.reduce((sum, own, k) => sum + own * k, 0);
  const share = law.reduce((sum, own, k) => sum + (Math.max(k, refreshes - k) >= extreme ? own : 0), 0);
  return {
    sessions,
    pages,
    reds,
    interval: pages === 0 ? [0, 1] : binomInterval({ k: reds, n: pages, conf: 0.95, method: 'wilson' }),
    bars: law.map((p, k) => ({
      count: counts[k] ?? 0,
      expected: sessions * p,
      band: [
        binomQuantile({ n: sessions, p, q: (1 - band) / 2 }),
        binomQuantile({ n: sessions, p, q: (1 + band) / 2 }),
      ],
    })),
    somebodyExtreme: 1 - (1 - share) ** sessions,
    evenOddsFrom: Math.ceil(Math.log(0.5) / Math.log(1 - share)),
  };
}
