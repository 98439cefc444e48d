import { describe, expect, test } from 'vitest';
import { charts } from '../../src/report/chart/index.ts';
import { logTicks } from '../../src/report/chart/log-axis.ts';
import { shareScale } from '../../src/report/chart/split-buckets.ts';
import { twoSidedFromPmf } from '../../src/stats/poisson-binomial.ts';
import { renderSvg } from '../../src/report/svg.ts';
import {
  fifteenRefreshes,
  fixtures,
  manyProxies,
  manyRefreshes,
  ncBurst,
  noRule,
  sixPushes,
  withoutAnything,
  withoutTraffic,
} from '../support/record.ts';

const complaint = (message: string): never => {
  throw new Error(message);
};

describe.each(Object.entries(charts))('the chart %s', (name, chart) => {
  test('is registered under its own name and asks a question', () => {
    expect(chart.name).toBe(name);
    expect(chart.question).toMatch(/\?$/);
  });

  test.each(fixtures)(
    'draws %s without a warning, the same bytes twice, or nothing at all',
    async (_, make) => {
      const spec = chart.spec(make());
      if (spec === null) return;
      const once = await renderSvg(spec, complaint);
      expect(once).toMatch(/^<svg role="img" .*<\/svg>$/s);
      expect(once).toMatch(/<text [^>]*>[^<]/);
      expect(once).not.toMatch(/NaN|undefined|Infinity|>null</);
      const again = chart.spec(make());
      expect(await renderSvg(again!, complaint)).toBe(once);
    },
  );

  test.each(fixtures)('has a twin in words and one in numbers for %s', (_, make) => {
    const record = make();
    expect(chart.text(record).length).toBeGreaterThan(20);
    expect(chart.title(record)).toMatch(/\?/);
    const table = chart.table(record);
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    expect(`${chart.text(record)} ${JSON.stringify(table)}`).not.toMatch(/NaN|undefined|null|Infinity/);
    if (chart.spec(record) !== null) expect(table.rows.length).toBeGreaterThan(0);
  });

  test.each(fixtures)('encodes only fields that its data have, for %s', (_, make) => {
    for (const { rows, fields } of layersOf(chart.spec(make()))) {
      for (const row of rows) expect(Object.keys(row)).toEqual(expect.arrayContaining(fields));
    }
  });

  test.each(fixtures)('embeds no more data than can be seen, for %s', (_, make) => {
    const spec = chart.spec(make());
    expect(JSON.stringify(spec).length).toBeLessThan(120_000);
  });
});

test('nothing is drawn of what did not happen', () => {
  const names = (record: ReturnType<typeof withoutAnything>) =>
    Object.values(charts)
      .filter((chart) => chart.spec(record) !== null)
      .map((chart) => chart.name);
  expect(names(withoutAnything())).toEqual([]);
  expect(names(withoutTraffic())).toEqual(['propagation']);
  expect(names(noRule())).toEqual(['topology', 'refresh-strip', 'split-over-time', 'latency']);
});

describe('split-over-time', () => {
  const { 'split-over-time': chart } = charts;

  test('answers its question with the verdict', () => {
    expect(chart.title(fifteenRefreshes())).toBe(
      'Did reviews follow its weights? Yes, as far as chance lets it',
    );
    expect(chart.title(manyProxies())).toContain('Not until every proxy held');
    expect(chart.title(noRule())).toContain('nothing to follow');
    // Drawn as they should be; what came of some of them is another matter.
    expect(chart.title(ncBurst())).toContain('Yes, but proxies answered some requests with errors');
  });

  test('pools fifteen pages into one point with its Wilson interval', () => {
    // Wilson 95 % of 11 in 15 is 0.4805 to 0.8910 (R: prop.test(11, 15, correct = FALSE)).
    const v3 = chart.table(fifteenRefreshes()).rows.filter((row) => row[1] === 'v3 (red stars)');
    expect(v3.map((row) => row.slice(4))).toEqual([['73 %', '48–89 %', '11 of 15']]);
  });

  test('draws the configured share only while a rule is in force', async () => {
    const svg = await renderSvg(chart.spec(noRule())!, complaint);
    expect(svg).toContain('no rule: share of endpoints');
    expect(svg).not.toContain('>configured<');
  });

  test('lists each change below its letter', async () => {
    const svg = await renderSvg(chart.spec(sixPushes())!, complaint);
    expect(svg).toContain('A at 60 s: apply reviews-step-1.yaml');
    // 240 s and 244 s are four seconds apart on an axis of seven minutes.
    expect(svg).toContain('>D–E<');
  });
});

describe('the axis of a share', () => {
  const rule = (...shares: number[]) =>
    shares.map((share) => ({
      atSeconds: 0,
      shares: [share, 1 - share],
      endpointShares: [0.5, 0.5],
      rule: '',
    }));
  const bucket = (observed: number, requests: number) => ({
    requests,
    observed: [observed, requests - observed],
    effective: null,
  });

  test.each([
    // Wilson 95 % of half of 10,000 is 49.02 to 50.98 %: the next fives with half of one to spare.
    {
      shares: [0.5],
      observed: 5_000,
      requests: 10_000,
      domain: [0.45, 0.55],
      because: 'all lies within 2 %',
    },
    { shares: [0.5], observed: 11, requests: 15, domain: [0, 1], because: 'the interval is wide' },
    { shares: [0.1, 0.5], observed: 5_000, requests: 10_000, domain: [0, 1], because: 'the weight moved' },
    {
      shares: [1],
      observed: 10_000,
      requests: 10_000,
      domain: [0, 1],
      because: 'all or nothing is seen as that',
    },
  ])('goes from $domain.0 to $domain.1: $because', ({ shares, observed, requests, domain }) => {
    const { scale } = shareScale({ configured: rule(...shares) }, [bucket(observed, requests)], 0);
    const found = (scale as { domain: number[] }).domain;
    expect(found[0]).toBeCloseTo(domain[0]!, 9);
    expect(found[1]).toBeCloseTo(domain[1]!, 9);
  });
});

describe('a log axis', () => {
  test.each([
    { from: 9, to: 40_000, most: 12, ticks: [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000] },
    { from: 9, to: 40_000, most: 6, ticks: [10, 100, 1000, 10_000] },
    { from: 11, to: 14.5, most: 6, ticks: [12, 14] },
    { from: 9, to: 60, most: 6, ticks: [10, 15, 20, 30, 40, 50] },
  ])('from $from to $to has at most $most ticks, all round', ({ from, to, most, ticks }) => {
    expect(logTicks(from, to, most)).toEqual(ticks);
  });
});

describe('what is drawn of a push', () => {
  const { 'split-over-time': chart } = charts;

  test('is at least three pixels wide, however soon all held it', () => {
    const record = fifteenRefreshes();
    const pushes = record.pushes.map((own) => ({ ...own, settledSeconds: own.changedSeconds + 0.01 }));
    const spans = layersOf(chart.spec({ ...record, pushes })).flatMap(({ rows }) =>
      rows.filter((row) => row['from'] === 60 && row['low'] === undefined),
    );
    expect(spans.length).toBeGreaterThan(0);
    // 640 pixels are the 100 s of the run.
    for (const { from, to } of spans)
      expect(((Number(to) - Number(from)) / 100) * 640).toBeGreaterThanOrEqual(2.99);
  });

  test('each of fifteen refreshes is a tick in the panel of each version, on top where it got it', () => {
    const ticks = layersOf(chart.spec(fifteenRefreshes())).filter(({ mark }) => mark === 'tick');
    // 4 got v1 and 11 did not; 11 got v3 and 4 did not.
    expect(ticks.map(({ rows }) => rows.length)).toEqual([4, 11, 11, 4]);
  });
});

describe('propagation', () => {
  test('tells the delay of the slowest proxy, counted from the change', () => {
    // 7 proxies at 0.18 + 0.11 i, proxy 4 another 1.2 s later: 0.18 + 0.44 + 1.2.
    expect(charts.propagation.title(fifteenRefreshes())).toContain('1.82 s');
  });

  test('says so when a proxy is left behind', () => {
    const record = fifteenRefreshes();
    const [push] = record.pushes;
    const arrivals = push!.arrivals.map((arrival, i) =>
      i === 3 ? { ...arrival, atSeconds: null } : arrival,
    );
    const late = { ...record, pushes: [{ ...push!, arrivals, settledSeconds: null }] };
    expect(charts.propagation.title(late)).toContain('Some did not get it');
    expect(charts.propagation.text(late)).toContain('6 of 7 within the run');
    expect(charts.propagation.table(late).rows[0]).toContain('not within the run');
  });
});

describe('refresh-strip', () => {
  const { 'refresh-strip': chart } = charts;

  test('draws every page of fifteen in order, with as many red stars as came', async () => {
    const svg = await renderSvg(chart.spec(fifteenRefreshes())!, complaint);
    expect(svg.match(/>v3</g)).toHaveLength(11);
    expect(svg.match(/>v1</g)).toHaveLength(4);
    expect(chart.title(fifteenRefreshes())).toContain('4 v1 (no stars), 11 v3 (red stars)');
  });

  test('marks pages that came by the old rule and pages that failed', async () => {
    const svg = await renderSvg(chart.spec(ncBurst())!, complaint);
    const stale = ncBurst().refreshes[0]!.refreshes.filter((refresh) => refresh.stale).length;
    expect(svg.match(/>old rule</g)).toHaveLength(stale);
    expect(svg).toContain('>503<');
    expect(chart.text(ncBurst())).toContain(`${stale} pages came by an old rule`);
  });

  test('draws 120 of 2,000 pages and says so', async () => {
    const svg = await renderSvg(chart.spec(manyRefreshes())!, complaint);
    expect(svg).toContain('120 of 2,000 pages are drawn');
    expect(svg).toContain('>120<');
    expect(svg).not.toContain('>121<');
  });
});

describe('exact-distribution', () => {
  const { 'exact-distribution': chart } = charts;

  test('the shaded counts together are the p-value', () => {
    const record = fifteenRefreshes();
    const [session] = record.refreshes;
    // Two-sided exact for 11 of 15 at one half: 2 * P(X >= 11) = 2 * 1941 / 32768.
    expect(twoSidedFromPmf(session!.distribution!, 11)).toBeCloseTo((2 * 1941) / 32768, 12);
    const shaded = chart
      .table(record)
      .rows.filter((row) => row[4] !== '')
      .map((row) => Number(row[1]));
    expect(shaded).toEqual([0, 1, 2, 3, 4, 11, 12, 13, 14, 15]);
    expect(chart.title(record)).toBe('Is 11 of 15 with v3 luck? One session in 8 is at least as uneven');
  });

  test('shows what a rule held everywhere had given, while it was still on its way', async () => {
    expect(await renderSvg(chart.spec(ncBurst())!, complaint)).toContain('had every proxy held the rule');
    expect(await renderSvg(chart.spec(fifteenRefreshes())!, complaint)).not.toContain('had every proxy held');
  });
});

describe('latency', () => {
  test('names no percentile that the requests do not carry', () => {
    // 4 and 11 requests: no p95 of either, p90 of the eleven alone.
    const rows = charts.latency.table(fifteenRefreshes()).rows;
    expect(rows.map((row) => row.slice(4, 8).filter((cell) => cell !== '–').length)).toEqual([0, 1]);
    expect(charts.latency.text(fifteenRefreshes())).not.toContain('p95');
  });
});

/** Every part of a spec that brings data of its own, with its mark and the fields that it draws. */
function layersOf(
  spec: unknown,
): { rows: Readonly<Record<string, unknown>>[]; fields: string[]; mark: string | undefined }[] {
  if (typeof spec !== 'object' || spec === null) return [];
  const inner = Object.values(spec).flatMap(layersOf);
  if (!('encoding' in spec) || !('data' in spec)) return inner;
  const { values } = spec.data as { values: Readonly<Record<string, unknown>>[] };
  const channels = Object.values(spec.encoding as Record<string, { field?: string }>);
  const mark = 'mark' in spec ? (spec.mark as { type?: string }).type : undefined;
  return [...inner, { rows: values, fields: channels.flatMap(({ field }) => field ?? []), mark }];
}
