import { extent, groups, range, sum } from 'd3-array';
import type { ServiceSplit, SplitWindow } from '../../record/record.ts';
import { binomInterval } from '../../stats/interval.ts';
import { shareAxis, type Position } from './chart.ts';

/** Windows pooled until a point stands on some forty requests, never across a change of rule. */
export interface Bucket {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly requests: number;
  readonly observed: readonly number[];
  readonly effective: readonly number[] | null;
}

const mostBuckets = 60;
const requestsPerBucket = 40;

/** Points of a split over time: between two changes of the rule as many as its requests support. */
export function bucketsOf(split: ServiceSplit): Bucket[] {
  const whole = (split.windows.at(-1)?.toSeconds ?? 0) - (split.windows[0]?.fromSeconds ?? 0);
  return split.phases.flatMap((phase) => {
    const inside = split.windows.filter(({ fromSeconds, toSeconds, requests }) => {
      const middle = (fromSeconds + toSeconds) / 2;
      return middle >= phase.fromSeconds && middle < phase.toSeconds && requests > 0;
    });
    if (inside.length === 0) return [];
    const first = inside[0]!.fromSeconds;
    const length = inside.at(-1)!.toSeconds - first;
    const requests = sum(inside, (window) => window.requests);
    const most = Math.max(1, Math.round((mostBuckets * length) / whole));
    const pieces = Math.max(1, Math.min(most, Math.floor(requests / requestsPerBucket), inside.length));
    const pieceOf = ({ fromSeconds, toSeconds }: SplitWindow): number =>
      Math.min(pieces - 1, Math.floor((((fromSeconds + toSeconds) / 2 - first) / length) * pieces));
    return groups(inside, pieceOf).map(([, windows]) => pooled(windows, split.keys.length));
  });
}

function pooled(windows: readonly SplitWindow[], keyCount: number): Bucket {
  const perKey = range(keyCount);
  const asked = windows.filter((window) => window.effective !== null);
  const requests = sum(asked, (window) => window.requests);
  return {
    fromSeconds: windows[0]!.fromSeconds,
    toSeconds: windows.at(-1)!.toSeconds,
    requests: sum(windows, (window) => window.requests),
    observed: perKey.map((i) => sum(windows, (window) => window.observed[i] ?? 0)),
    effective:
      requests === 0
        ? null
        : perKey.map((i) => sum(asked, (own) => (own.effective?.[i] ?? 0) * own.requests) / requests),
  };
}

interface ShareScale {
  readonly domain: [least: number, most: number];
  readonly nice: false;
  readonly zero?: false;
}

/** From 0 to 100 %; where all that is drawn of a version lies within a few per cent, only those. */
export function shareScale(
  { configured }: Pick<ServiceSplit, 'configured'>,
  buckets: readonly Pick<Bucket, 'requests' | 'observed' | 'effective'>[],
  keyIndex: number,
): { readonly scale: ShareScale; readonly axis: NonNullable<Position['axis']> } {
  const drawn = [
    ...configured.map((step) => (step.shares ?? step.endpointShares)[keyIndex] ?? 0),
    ...buckets.flatMap(({ requests: n, observed, effective }) => [
      ...binomInterval({ k: observed[keyIndex]!, n, conf: 0.95, method: 'wilson' }),
      ...(effective === null ? [] : [effective[keyIndex] ?? 0]),
    ]),
  ];
  const [least = 0, most = 1] = extent(drawn);
  const isNarrow = most - least < 0.2 && least > 0.05 && most < 0.95;
  if (!isNarrow) return { scale: { domain: [0, 1], nice: false }, axis: { ...shareAxis, title: null } };
  const [from, to] = [Math.floor(least * 20 - 0.5) / 20, Math.ceil(most * 20 + 0.5) / 20];
  return {
    scale: { domain: [from, to], nice: false, zero: false },
    axis: { tickCount: 5, labelExpr: "format(datum.value * 100, '~g') + ' %'", title: null },
  };
}
