import { describe, expect, test } from 'vitest';
import { judgementCharts } from '../../src/report/judgement/index.ts';
import { renderJudgementHtml } from '../../src/report/judgement/html.tsx';
import { lawChart } from '../../src/report/judgement/law-chart.ts';
import { renderJudgement } from '../../src/report/judgement/text.ts';
import { runningChart } from '../../src/report/judgement/running-chart.ts';
import { shownVersion } from '../../src/report/judgement/shown-version.ts';
import { stripChart } from '../../src/report/judgement/strip-chart.ts';
import { bar } from '../../src/report/palette.ts';
import { renderSvg } from '../../src/report/svg.ts';
import { judge } from '../../src/verdict/judge.ts';
import type { Judgement } from '../../src/verdict/judgement.ts';
import { keys, seen, weightsOf } from '../verdict/seen.ts';

/** The rows that a chart draws, panel by panel, layer by layer. */
function drawn(chart: ReturnType<typeof lawChart>): Record<string, number>[][][] {
  const { vconcat } = chart!.spec as unknown as {
    vconcat: { layer: { data: { values: Record<string, number>[] } }[] }[];
  };
  return vconcat.map(({ layer }) => layer.map(({ data }) => data.values));
}
const heights = (panel: Record<string, number>[][]): number[] => panel[0]!.map((own) => own['y']!);

const pageOf = async (judgement: Judgement): Promise<string> =>
  renderJudgementHtml({
    cases: [
      {
        service: '',
        judgement,
        charts: await Promise.all(
          judgementCharts(judgement).map(async (own) => ({ ...own, svg: await renderSvg(own.spec) })),
        ),
      },
    ],
    command: 'meshshift check --seen "a=1"',
    version: '0.0.0',
  });

const tally = (counts: number[], weights: number[]): Judgement => {
  const names = counts.map((_, i) => `v${i + 1}`);
  return judge({ keys: names, counts }, { keys: names, weights });
};

describe('the law of the count', () => {
  test('of 15 at 50/50 has the binomial coefficients over 2^15, those as unlikely as 4 apart', () => {
    const chart = lawChart(judge({ keys, counts: [11, 4] }, weightsOf(50)));
    const [, panel] = drawn(chart);
    const of = (colour: unknown) =>
      panel![0]!
        .filter((own: Record<string, unknown>) => own['colour'] === colour)
        .map((own) => Math.round(own['y']! * 32768));
    // C(15, k) for k = 5 to 10: what lies between 4 and 11.
    expect(of(bar.common)).toEqual([3003, 5005, 6435, 6435, 5005, 3003]);
    expect(of(bar.rare)).toEqual([1, 15, 105, 455, 1365, 1365, 455, 105, 15, 1]);
    expect(chart!.title).toContain('4 of 15 with v3');
    expect(chart!.title).toContain('11.8 % of cases');
  });

  test('is one for each rule that was in force: swapped rules do not hide in their sum', () => {
    const sequence = [...Array(100).fill(0), ...Array(100).fill(1)] as number[];
    const judgement = judge(seen({ sequence }), {
      keys,
      weights: [10, 90],
      changes: [{ atIndex: 100, weights: [90, 10] }],
    });
    expect(judgement.rules).toEqual([
      { shares: [0.1, 0.9], counts: [100, 0] },
      { shares: [0.9, 0.1], counts: [0, 100] },
    ]);
    const [, first, second] = drawn(lawChart(judgement));
    for (const [panel, count] of [
      [first!, 0],
      [second!, 100],
    ] as const)
      expect(panel[1]).toMatchObject([{ x: count }]);
  });

  test('of a million requests is drawn by a sample of counts through the likeliest one', () => {
    const [, panel] = drawn(lawChart(tally([500_100, 499_900], [50, 50])));
    const all = heights(panel!);
    expect(all.length).toBeLessThanOrEqual(161);
    // 1 / sqrt(2 pi n p q) by de Moivre and Laplace.
    expect(Math.max(...all)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI * 250_000), 7);
  });

  test('is not drawn where there was nothing to draw', () => {
    expect(lawChart(tally([10, 0], [100, 0]))).toBeNull();
    expect(lawChart(tally([0, 0], [50, 50]))).toBeNull();
  });
});

test('of three versions the one that strayed most is shown, of two the last', () => {
  expect(shownVersion(tally([500, 300, 200], [50, 33, 17]))).toBe(2);
  expect(shownVersion(tally([560, 270, 170], [50, 33, 17]))).toBe(1);
  expect(shownVersion(tally([9, 1], [50, 50]))).toBe(1);
  expect(shownVersion(tally([1, 9, 0], [50, 50, 0]))).toBe(1);
  expect(shownVersion(tally([5, 0], [100, 0]))).toBe(-1);
});

describe('the running share', () => {
  test('counts anew when the weights change, and each rule has its own line', () => {
    const sequence = [...Array(40).fill(0), ...Array(40).fill(1)] as number[];
    const judgement = judge(seen({ sequence }), {
      keys,
      weights: [99, 1],
      changes: [{ atIndex: 40, weights: [1, 99] }],
    });
    expect(judgement.running[39]).toEqual({ n: 40, rule: 0, counts: [40, 0] });
    expect(judgement.running[40]).toEqual({ n: 41, rule: 1, counts: [0, 1] });
    const [, panel] = drawn(runningChart(judgement));
    expect(panel!.map((values) => values.length)).toEqual([40, 40, 40, 40, 40, 40]);
    expect(panel![2]!.every((own) => own['share'] === 0)).toBe(true);
    expect(panel![5]!.every((own) => own['share'] === 1)).toBe(true);
  });

  test('says from when on its confidence sequence shut out what was to be expected', () => {
    const all = seen({ sequence: Array<number>(60).fill(1) });
    // Beta(1, 1): 60 of 60 have evidence 2^60 / 61 against 50 %; 20 is reached at 2^8 / 9, from 8 requests on.
    expect(runningChart(judge(all, weightsOf(50)))!.text).toContain('had shut out 50 % by request 8');
    expect(runningChart(judge(all, weightsOf(1)))!.text).toContain('never shut out');
  });
});

test('the strip says how often the version changes and tells the first runs', () => {
  const { text } = stripChart(judge(seen({ sequence: [0, 1, 1, 1, 0, 0] }), weightsOf(50)))!;
  expect(text).toBe(
    'In order, all of them: v1, v3 ×3, v1 ×2. The version changes 2 times from one request to the next.',
  );
});

test('the page is one file without a script, escapes what it shows, and is made again by its command', async () => {
  const names = ['<v1>', 'v"3'];
  const html = await pageOf(
    judge({ ...seen({ sequence: [0, 1, 1, 0, 0] }), keys: names }, { keys: names, weights: [50, 50] }),
  );
  expect(html).toContain('&lt;v1&gt;');
  expect(html).not.toMatch(/<script|NaN|undefined|<v1>/);
  expect(html.match(/<figure>/g)).toHaveLength(3);
  expect(html).toContain('meshshift check --seen &quot;a=1&quot;');
});

test('no chart gives vega a reason to warn', async () => {
  const warnings: string[] = [];
  const judgement = judge(
    seen({ sequence: Array.from({ length: 300 }, (_, i) => (i * 7) % 2) }),
    weightsOf(90),
  );
  for (const { spec } of judgementCharts(judgement)) await renderSvg(spec, (own) => warnings.push(own));
  expect(warnings).toEqual([]);
});

test('of many requests an interval shows as many digits as it has', () => {
  // 1.959964 sqrt(1/4 / 2e9) = 2.19e-5 to each side of 0.499987.
  const text = renderJudgement(judge({ keys, counts: [999_974_000, 1_000_026_000] }, weightsOf(50), {}), {
    width: 100,
  });
  expect(text).toContain('49.9987 %  49.9965 % to 50.0009 %');
});
