import type { TopLevelSpec } from 'vega-lite';
import { probWithin } from '../../stats/index.ts';

/** How sure one may be that the observed share lies within `e` of the true one, against the number of requests. */
export function sampleChart(share: number, e: number): TopLevelSpec {
  const normal = (4 * 3.9 * share * (1 - share)) / (e * e);
  const end = Math.max(20, Math.ceil(normal));
  const step = Math.max(1, Math.floor(end / 200));
  const values: { n: number; sure: number }[] = [];
  for (let n = 1; n <= end; n += step) values.push({ n, sure: probWithin({ n, p: share, e }) });
  const percent = (value: number): string => `${Number((value * 100).toPrecision(3))} %`;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: {
      text: `How many requests until a share of ${percent(share)} shows within ${percent(e)}?`,
      subtitle: 'exact probability; it climbs in teeth, as whole requests fit the window better or worse',
      anchor: 'start',
    },
    width: 640,
    height: 260,
    data: { values },
    mark: { type: 'line', color: '#0072b2', interpolate: 'step-after' },
    encoding: {
      x: { field: 'n', type: 'quantitative', title: 'requests' },
      y: {
        field: 'sure',
        type: 'quantitative',
        title: 'probability',
        axis: { format: '.0%' },
        scale: { domain: [0, 1] },
      },
    },
  };
}
