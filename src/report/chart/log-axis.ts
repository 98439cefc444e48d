import type { Position } from './chart.ts';

/** Within a decade, from coarse to fine. */
const grids = [
  [1],
  [1, 3],
  [1, 2, 5],
  [1, 1.5, 2, 3, 4, 5, 7],
  [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9],
];

/** Round numbers between two, on a log scale: as many as there may be, of the finest grid that has no more. */
export function logTicks(from: number, to: number, most: number): number[] {
  const within = grids.map((grid) => {
    const ticks: number[] = [];
    for (let decade = 1e-6; decade <= to; decade *= 10)
      for (const step of grid) {
        const tick = Number((decade * step).toPrecision(3));
        if (tick >= from && tick <= to) ticks.push(tick);
      }
    return ticks;
  });
  return within.findLast((ticks) => ticks.length <= most) ?? within[0]!;
}

/** A log axis of latencies in ms, from a little below the least to a little above the most, labelled "20 ms", "5 s". */
export function latencyAxis(least: number, highest: number, most = 9): Pick<Position, 'scale' | 'axis'> {
  const [from, to] = [Math.max(least * 0.8, 1e-3), highest * 1.15];
  return {
    scale: { type: 'log', domain: [from, to], nice: false },
    axis: {
      title: null,
      values: logTicks(from, to, most),
      labelExpr:
        "datum.value >= 1000 ? format(datum.value / 1000, '~g') + ' s' : format(datum.value, '~g') + ' ms'",
      minExtent: 46,
    },
  };
}
