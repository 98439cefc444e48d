import { sum } from 'd3-array';
import { betaBinomialCS } from '../../stats/index.ts';
import type { Judgement } from '../../verdict/judgement.ts';
import { plotWidth, poster, shareAxis, type Position } from '../chart/chart.ts';
import { legendPanel } from '../chart/legend.ts';
import { count, percent, plural } from '../../words/number.ts';
import { ink, stylesOf } from '../palette.ts';
import type { JudgementChart } from './chart.ts';
import { shownVersion } from './shown-version.ts';

/** The share of one version as it settles, with the confidence sequence that holds at all points together. */
export function runningChart(judgement: Judgement): JudgementChart | null {
  const key = shownVersion(judgement);
  const own = judgement.versions[key];
  if (own === undefined || judgement.running.length === 0) return null;
  const points = judgement.running.map(({ n, rule, counts }, i) => {
    const since = sum(counts);
    const k = counts[key]!;
    const [low, high] = betaBinomialCS({ k, n: since, alpha: 1 - judgement.conf, a: 1, b: 1 });
    const expected = judgement.rules[rule]!.shares[key]!;
    const isNew = i > 0 && judgement.running[i - 1]!.rule !== rule;
    return { n, rule, share: k / since, low, high, expected, isNew };
  });
  const end = points.at(-1)!;
  const outside = points.find((point) => point.expected < point.low || point.expected > point.high);
  const conf = percent(judgement.conf);
  const answer =
    outside === undefined
      ? 'never shut out what was to be expected'
      : `had shut out ${percent(outside.expected)} by request ${count(outside.n)}`;
  const text = `After ${plural(end.n, 'request')}${judgement.rules.length > 1 ? ', counted anew at each change of weights,' : ''} the share of ${own.key} is ${percent(end.share)}, its ${conf} confidence sequence ${percent(end.low)} to ${percent(end.high)}; it ${answer}.`;
  const { colour } = stylesOf(judgement.versions.map((each) => each.key))(own.key);
  // A line for each rule: one must not lead from the last point of one to the first of the next.
  const segments = [...new Set(points.map((point) => point.rule))];
  const requests: Position = {
    field: 'n',
    type: 'quantitative',
    scale: { domain: [0, end.n], nice: false },
    axis: { title: 'requests', grid: false, format: ',d', tickMinStep: 1 },
  };
  const share = (field: string): Position => ({
    field,
    type: 'quantitative',
    scale: { domain: [0, 1] },
    axis: { ...shareAxis, title: `share of ${own.key}` },
  });
  const title = `Does the share of ${own.key} settle where it should?`;
  return {
    title,
    text,
    spec: poster(
      {
        text: title,
        subtitle: `the ${conf} confidence sequence may be looked at as often as one likes; it ${answer}`,
        description: text,
      },
      [
        legendPanel([
          { label: 'share so far', colour, sign: 'line' },
          { label: `${conf} confidence sequence`, colour, sign: 'band', opacity: 0.22 },
          { label: 'to be expected', colour: ink.text, sign: 'line', dash: [5, 3] },
        ]),
        {
          width: plotWidth,
          height: 210,
          layer: segments.flatMap((rule) => {
            const values = points.filter((point) => point.rule === rule);
            return [
              {
                data: { values },
                mark: { type: 'area' as const, color: colour, opacity: 0.22 },
                encoding: { x: requests, y: share('low'), y2: { field: 'high' } },
              },
              {
                data: { values },
                mark: {
                  type: 'line' as const,
                  color: ink.text,
                  strokeWidth: 1.4,
                  strokeDash: [5, 3],
                },
                encoding: { x: requests, y: share('expected') },
              },
              {
                data: { values },
                mark: { type: 'line' as const, color: colour, strokeWidth: 2 },
                encoding: { x: requests, y: share('share') },
              },
            ];
          }),
        },
      ],
    ),
  };
}
