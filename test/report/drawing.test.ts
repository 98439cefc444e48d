import * as fc from 'fast-check';
import * as vega from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { gallery, poster, type Layers, type Panel, type Position } from '../../src/report/chart/chart.ts';
import { charts } from '../../src/report/chart/index.ts';
import { labelTexts } from '../../src/report/chart/label-text.ts';
import { legendPanel, notePanel } from '../../src/report/chart/legend.ts';
import { crossPath, questionPath, starsPath } from '../../src/report/chart/star.ts';
import { formatNumber } from '../../src/report/drawing/number-format.ts';
import { plainSvg } from '../../src/report/drawing/plain-svg.ts';
import { renderSvg, vegaSvg } from '../../src/report/svg.ts';
import { shipped } from '../support/scenario.ts';

// Vega is the other tool here: what is drawn without it has to be, to the byte, what it draws.

const complaint = (message: string): never => {
  throw new Error(message);
};

test('every chart of a run whose pods only stand there is drawn without vega, and as vega does', async () => {
  const { record } = runOnce(await shipped('traffic-shifting'));
  const specs = Object.values(charts).flatMap((chart) => chart.spec(record) ?? []);
  expect(specs).toHaveLength(6);
  for (const spec of specs) {
    expect(plainSvg(spec)).toBeDefined();
    expect(await renderSvg(spec)).toBe(await vegaSvg(spec, complaint));
  }
});

const point = { type: 'point', filled: true, opacity: 1, size: 30, color: '#0072b2' } as const;
const pixel = { field: 'x', type: 'quantitative', scale: null, axis: null } as const;
const dots = (layer: object, panel: object = {}): TopLevelSpec =>
  poster({ text: 'Where?', description: 'dots' }, [
    {
      width: 640,
      height: 46,
      ...panel,
      layer: [{ data: { values: [{ x: 1 }] }, mark: point, encoding: { x: pixel, y: pixel }, ...layer }],
    },
  ]);

test.each([
  { what: 'a word of a mark', spec: dots({ mark: { ...point, clip: true } }) },
  { what: 'a word of a layer', spec: dots({ name: 'dots' }) },
  { what: 'a word of a panel', spec: dots({}, { resolve: {} }) },
  { what: 'a word of the chart', spec: { ...dots({}), autosize: 'fit' } as TopLevelSpec },
  { what: 'a look of its own', spec: { ...dots({}), config: {} } as TopLevelSpec },
  { what: 'a kind of mark', spec: dots({ mark: { ...point, type: 'bar' } }) },
  { what: 'names on an axis', spec: dots({ encoding: { x: { field: 'x', type: 'ordinal' }, y: pixel } }) },
  { what: 'a value that is none', spec: dots({ data: { values: [{ x: null }] } }) },
  {
    what: 'an expression',
    spec: dots({ encoding: { x: onAxis({ labelExpr: 'datum.label' }), y: pixel } }),
  },
  {
    what: 'ticks that nobody counts',
    spec: dots({ encoding: { x: onAxis({ tickCount: undefined }), y: pixel } }),
  },
  { what: 'a sign with curves', spec: dots({ mark: { ...point, shape: questionPath } }) },
])('$what that is not known is left to vega', async ({ spec }) => {
  expect(plainSvg(dots({}))).toBeDefined();
  expect(plainSvg(dots({ encoding: { x: onAxis({}), y: pixel } }))).toBeDefined();
  expect(plainSvg(spec)).toBeUndefined();
  expect(await renderSvg(spec)).toContain('role="img"');
});

function onAxis(more: object) {
  return { field: 'x', type: 'quantitative', axis: { title: null, tickCount: 4, ...more } };
}

/** A mark a line, so that one sees which is another. */
const parted = (svg: string): string[] => svg.split(/(?=<)/);

/** What vega's own expressions say of values. */
async function saidByVega(expr: string, values: readonly number[]): Promise<unknown[]> {
  const data = { name: 'rows', values: values.map((value) => ({ value })) };
  const view = new vega.View(
    vega.parse({ data: [{ ...data, transform: [{ type: 'formula', expr, as: 'said' }] }] }),
    { renderer: 'none' },
  );
  await view.runAsync();
  return view.data('rows').map((row) => (row as { said: unknown }).said);
}

describe('numbers', () => {
  const numbers = fc.sample(
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
      fc.integer({ min: -2_000_000, max: 2_000_000 }),
      fc.integer({ min: -5000, max: 5000 }).map((n) => n / 1000),
      fc.constantFrom(0, -0.2, 0.5, -1.5, 999.9996, 1e-7, 1234567, 1e21),
    ),
    { numRuns: 500, seed: 1 },
  );

  test.each(['d', ',d', '~g'] as const)('are written by %s as d3 writes them', async (specifier) => {
    const values = specifier === '~g' ? numbers : numbers.filter((value) => Math.abs(value) < 1e21);
    const said = await saidByVega(`format(datum.value, '${specifier}')`, values);
    expect(values.map((value) => formatNumber(specifier, value))).toEqual(said);
  });

  test.each(labelTexts)('are labelled as by the expression $expr', async ({ expr, text }) => {
    const ofPercentiles = [0, 0.6931, 0.6935, 2.3026, 4.6052, 11.5129];
    const values = [...numbers, ...ofPercentiles];
    expect(values.map((value) => text(value))).toEqual(await saidByVega(expr, values));
  });
});

describe('panels', () => {
  const colour = fc.constantFrom('#0072b2', '#d55e00', '#1b2733');
  const opacity = fc.constantFrom(1, 0.4);
  const strokeDash = fc.constantFrom([], [5, 3]);
  const label = fc.constantFrom('v1', 'a <b> & "c"', ' 12 % of all ', 'é');

  /** A domain, and ticks as one may ask for them. */
  const axis = (field: string): fc.Arbitrary<Position> =>
    fc
      .record({
        from: fc.constantFrom(0, 0.5, -2, 100),
        length: fc.constantFrom(1, 0.3, 7, 60, 300, 12_345),
        type: fc.constantFrom('linear' as const, 'linear' as const, 'log' as const, 'sqrt' as const),
        isOpen: fc.boolean(),
        nice: fc.constantFrom({ nice: true }, { nice: false }, {}),
        title: fc.constantFrom('pages <with> "v1"', null),
        grid: fc.boolean(),
        bare: fc.constantFrom({}, {}, { labels: false, ticks: false }, { minExtent: 46 }),
        ticks: fc.oneof(
          fc.integer({ min: 2, max: 40 }).map((tickCount) => ({ tickCount })),
          fc.record({ tickCount: fc.constant(20), tickMinStep: fc.constantFrom(1, 0.5) }),
          fc
            .array(fc.integer({ min: 0, max: 24 }), { minLength: 1, maxLength: 25 })
            .map((places) => ({ places: [...new Set(places)] })),
        ),
        words: fc.constantFrom(
          {},
          { format: 'd' },
          { format: ',d' },
          ...labelTexts.map(({ expr: labelExpr }) => ({ labelExpr })),
        ),
      })
      .map(({ from, length, type, isOpen, nice, title, grid, bare, ticks, words }): Position => {
        const start = type === 'log' ? Math.max(from, 0.5) : from;
        const domain = [start, start + length];
        const asked =
          'places' in ticks ? { values: ticks.places.map((place) => start + (place * length) / 20) } : ticks;
        // Vega leaves labels of a log scale out that would be too many; ours are always chosen.
        const given =
          type === 'log' && !('values' in asked) ? { values: [start, start + length / 2] } : asked;
        const scale =
          type === 'log' ? { type, domain, nice: false } : isOpen ? { type } : { type, domain, ...nice };
        const said = type === 'log' && !('labelExpr' in words) ? { labelExpr: labelTexts[0]!.expr } : words;
        return { field, type: 'quantitative', scale, axis: { title, grid, ...bare, ...given, ...said } };
      });

  const signs = [
    'circle',
    'square',
    'cross',
    'diamond',
    'triangle-up',
    'triangle-down',
    'triangle-right',
    'triangle-left',
  ];
  const rows = fc.array(
    fc.record({
      x: fc.double({ min: 0.5, max: 60, noNaN: true }),
      x2: fc.double({ min: 0.5, max: 400, noNaN: true }),
      y: fc.double({ min: 0.5, max: 400, noNaN: true }),
      y2: fc.double({ min: 0.5, max: 400, noNaN: true }),
      run: fc.integer({ min: 0, max: 2 }),
      order: fc.integer({ min: 0, max: 5 }),
      colour,
      sign: fc.constantFrom('circle', 'cross'),
      label,
    }),
    { maxLength: 6 },
  );
  const said = (field: string) => ({ field, type: 'nominal', scale: null }) as const;

  const layer = (x: Position, y: Position): fc.Arbitrary<Layers[number]> => {
    const line = fc
      .record({
        color: colour,
        opacity,
        strokeWidth: fc.constantFrom(1, 2.5),
        strokeDash,
        interpolate: fc.constantFrom('step-after' as const, 'step-before' as const, 'linear' as const),
        more: fc.constantFrom<Layers[number]['encoding'][]>(
          {},
          { detail: { field: 'run', type: 'nominal' } },
          { order: { field: 'order', type: 'quantitative' } },
        ),
      })
      .map(({ more, interpolate, ...mark }) => ({
        mark: { type: 'line' as const, ...mark, ...(interpolate === 'linear' ? {} : { interpolate }) },
        encoding: { x, y, ...more },
      }));
    const spans: Layers[number]['encoding'][] = [
      { x },
      { y },
      { x, y, y2: { field: 'y2' } },
      { x, x2: { field: 'x2' }, y },
    ];
    const rule = fc
      .record({ color: colour, opacity, strokeDash, encoding: fc.constantFrom(...spans) })
      .map(({ encoding, ...mark }) => ({ mark: { type: 'rule' as const, ...mark }, encoding }));
    const boxes: Layers[number]['encoding'][] = [
      { x, x2: { field: 'x2' } },
      { x, x2: { field: 'x2' }, y, y2: { field: 'y2' } },
    ];
    const rect = fc
      .record({
        color: colour,
        opacity,
        cornerRadius: fc.constantFrom(0, 4),
        encoding: fc.constantFrom(...boxes),
      })
      .map(({ encoding, ...mark }) => ({ mark: { type: 'rect' as const, ...mark }, encoding }));
    const point = fc
      .record({
        color: colour,
        opacity,
        size: fc.constantFrom(30, 60, 1600),
        filled: fc.boolean(),
        shape: fc.constantFrom(...signs, starsPath, crossPath),
        yOffset: fc.constantFrom(0, -5),
        more: fc.constantFrom({}, { color: said('colour'), shape: said('sign') }),
      })
      .map(({ more, ...mark }) => ({
        mark: { type: 'point' as const, ...mark },
        encoding: { x, y, ...more },
      }));
    const tick = fc.record({ color: colour, opacity }).map((mark) => ({
      mark: { type: 'tick' as const, thickness: 2, size: 9, ...mark },
      encoding: { x, y: { value: 6 } },
    }));
    const text = fc
      .record({
        align: fc.constantFrom('left' as const, 'right' as const, 'center' as const),
        baseline: fc.constantFrom('top' as const, 'middle' as const, 'bottom' as const),
        fontWeight: fc.constantFrom('bold' as const, 'normal' as const),
        fontSize: fc.constantFrom(9, 11),
        dy: fc.constantFrom(0, -17),
        more: fc.constantFrom(
          { text: { field: 'label' } },
          { text: { value: 'old' }, color: said('colour') },
        ),
      })
      .map(({ more, ...mark }) => ({
        mark: { type: 'text' as const, ...mark },
        encoding: { x, y, ...more },
      }));
    return fc
      .tuple(fc.oneof(line, rule, rect, point, tick, text), rows)
      .map(
        ([own, values]) =>
          ({ data: { values: values.map((row) => ({ ...row })) }, ...own }) as Layers[number],
      );
  };

  const panel = (width: number): fc.Arbitrary<Panel> =>
    fc.tuple(axis('x'), axis('y')).chain(([x, y]) =>
      fc
        .record({
          height: fc.constantFrom(46, 150),
          layers: fc.array(layer(x, y), { minLength: 1, maxLength: 4 }),
          isTitled: fc.boolean(),
          isBare: fc.boolean(),
        })
        .map(({ height, layers, isTitled, isBare }): Panel => ({
          width,
          height,
          ...(isBare ? { view: { stroke: null } } : {}),
          ...(isTitled
            ? {
                title: {
                  text: 'snapshot 4',
                  anchor: 'start',
                  frame: 'group',
                  fontSize: 12,
                  offset: 6,
                  color: '#1b2733',
                },
              }
            : {}),
          // All of it is drawn on these axes.
          layer: [
            {
              data: { values: [{ x: 1, y: 2 }] },
              mark: { type: 'point', filled: true, size: 30, opacity: 1, color: '#0072b2' },
              encoding: { x, y },
            },
            ...layers,
          ],
        })),
    );

  const title = fc.record({
    text: fc.constantFrom(
      'Who?',
      'How long until every proxy of the mesh held the new rule that was pushed to all of them?',
    ),
    subtitle: fc.constantFrom('so it is', undefined),
    description: fc.constant('a chart'),
  }) as fc.Arbitrary<Parameters<typeof poster>[0]>;
  const signsAndNotes = [
    legendPanel([{ label: 'one', colour: '#0072b2', sign: 'interval' }]),
    notePanel(['so', 'much']),
  ];

  const poster640 = fc
    .tuple(title, fc.array(panel(640), { minLength: 1, maxLength: 3 }))
    .map(([own, panels]) => poster(own, [signsAndNotes[0]!, ...panels, signsAndNotes[1]!]));
  const gallery290 = fc
    .tuple(title, fc.array(panel(290), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 3 }))
    .map(([own, panels, columns]) => gallery(own, panels, { columns, panelWidth: 290, spacing: 26 }));

  test('of axes and marks as they come are drawn as vega draws them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(poster640, gallery290), async (spec: TopLevelSpec) => {
        expect(plainSvg(spec)).toBeDefined();
        expect(parted(await renderSvg(spec))).toEqual(parted(await vegaSvg(spec)));
      }),
      { numRuns: Number(process.env['RUNS'] ?? 60), seed: Number(process.env['SEED'] ?? 7) },
    );
  }, 600_000);
});
