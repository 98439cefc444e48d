import { describe, expect, test } from 'vitest';
import { charts } from '../../src/report/chart/index.ts';
import { renderHtml } from '../../src/report/html.tsx';
import type { DrawnChart } from '../../src/report/run-page/run-view.ts';
import { renderSvg } from '../../src/report/svg.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { fifteenRefreshes, fixtures, hostile, ncBurst, sixPushes } from '../support/record.ts';

async function pageOf(record: RunRecord): Promise<string> {
  return renderHtml(record, await drawnOf(record));
}

async function drawnOf(record: RunRecord): Promise<DrawnChart[]> {
  const drawn: DrawnChart[] = [];
  for (const chart of Object.values(charts)) {
    const spec = chart.spec(record);
    if (spec !== null) drawn.push({ name: chart.name, svg: await renderSvg(spec) });
  }
  return drawn;
}

/** A tag as HTML knows it: within the quotes of an attribute a `>` is text. */
const tag = /<[a-z/!](?:"[^"]*"|[^">])*>/gi;

const visible = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(tag, ' ')
    .replace(/\s+/g, ' ');

/** The tags alone, without the values of their attributes. */
const tags = (html: string) =>
  html
    .match(tag)!
    .join('')
    .replace(/"[^"]*"/g, '""');

describe.each(fixtures)('the page of %s', (_, make) => {
  test('holds no leftover of a missing value, no script and nothing to load', async () => {
    const html = await pageOf(make());
    expect(visible(html)).not.toMatch(/undefined|NaN|\bnull\b|Infinity|\[object/);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|<object|@import|url\((?!#)/i);
    expect(tags(html)).not.toMatch(/\s(href|src|action|xlink:href|on\w+)=/i);
    expect(html).toContain(`default-src 'none'`);
  });

  test('shows every chart that was drawn, once', async () => {
    const record = make();
    const drawn = await drawnOf(record);
    const html = renderHtml(record, drawn);
    expect(html.match(/<figure>/g) ?? []).toHaveLength(drawn.length);
    for (const { svg } of drawn) expect(html).toContain(svg);
  });

  test('is well formed: every element is closed by its own', async () => {
    expect(unbalanced(await pageOf(make()))).toEqual([]);
  });

  test('gives every id once and every clip path its own', async () => {
    const html = await pageOf(make());
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/url\(#([^)]*)\)/g)) expect(ids).toContain(id);
  });

  test('gives every row of a table as many cells as it has columns', async () => {
    for (const [table] of (await pageOf(make())).matchAll(/<table>.*?<\/table>/gs)) {
      const columns = table.match(/<th scope="col"/g)!.length;
      const open: number[] = Array.from({ length: columns }, () => 0);
      for (const [row] of table.replace(/<thead>.*?<\/thead>/s, '').matchAll(/<tr>.*?<\/tr>/gs)) {
        const cells = [...row.matchAll(/<t[hd]([^>]*)>/g)].map((cell) =>
          Number(/rowspan="(\d+)"/.exec(cell[1]!)?.[1] ?? 1),
        );
        for (let i = 0; i < columns; i += 1) {
          if (open[i]! > 0) open[i]! -= 1;
          else open[i] = cells.shift()! - 1;
        }
        expect(cells).toEqual([]);
      }
      expect(open).toEqual(open.map(() => 0));
    }
  });
});

test('the verdict is the first thing after the title', async () => {
  const text = visible(await pageOf(fifteenRefreshes()).then((html) => html.slice(html.indexOf('<main>'))));
  expect(text).toMatch(/^ ✓ Chance Nothing is broken: 11 of 15 pages/);
});

test('three splits stand side by side with interval, count and p', async () => {
  const html = await pageOf(fifteenRefreshes());
  expect(visible(html)).toContain(
    '61.8–100 s v1 50 %, v3 50 % (settled) v1 (no stars) 50 % 50 % 27 % 11–52 % 4 of 15 p = 0.12 (exact binomial) v3 (red stars) 50 % 50 % 73 % 48–89 % 11 of 15',
  );
});

test('a failed expectation is told by a word, not by colour alone', async () => {
  expect(visible(await pageOf(ncBurst()))).toMatch(/Expectations: 1 of 2 failed .*✗ failed latency/);
});

test('names that are out to break the page come out as text', async () => {
  const html = await pageOf(hostile());
  expect(html).not.toContain('<img');
  expect(html).not.toContain('</script>');
  const entities = { lt: '<', gt: '>', quot: '"', amp: '&' } as const;
  const read = visible(html).replace(
    /&(lt|gt|quot|amp);/g,
    (_, name: string) => entities[name as keyof typeof entities],
  );
  expect(read).toContain(`✓ Chance Fine: ${hostile().scenario.name}`);
});

test('every chart brings its figure, its name for screen readers and its numbers', async () => {
  const html = await pageOf(sixPushes());
  expect(html.match(/<figure>/g)).toHaveLength(6);
  expect(html.match(/<svg role="img"[^>]*><title>[^<]+<\/title><desc>[^<]+<\/desc>/g)).toHaveLength(6);
  expect(html.match(/<details><summary>/g)).toHaveLength(6);
});

test('in the dark no ink of a chart keeps its daylight colour', async () => {
  const html = await pageOf(sixPushes());
  const dark = html.slice(html.indexOf('prefers-color-scheme:dark'), html.indexOf('@media print'));
  for (const [, colour] of html.matchAll(/<text[^>]*fill="(#[0-9a-f]{6})"/g)) {
    expect(dark).toContain(`[fill="${colour}"]`);
  }
});

/** Tags that were closed in the wrong order or not at all. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name, rest] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/gi)) {
    if (rest!.endsWith('/') || ['meta', 'br'].includes(name!)) continue;
    if (slash === '') open.push(name!);
    else if (open.pop() !== name) wrong.push(name!);
  }
  return [...wrong, ...open];
}

test('a table of tens of thousands of rows ends with how many more there are', () => {
  const record = fifteenRefreshes();
  const traffic = Array.from({ length: 30_000 }, (_, at) => ({
    name: `entry-${at}`,
    kind: 'refresh',
    pages: 0,
    failed: 0,
  }));
  const page = renderHtml({ ...record, traffic }, []);
  expect(page).toContain('entry-1999');
  expect(page).not.toContain('entry-2000');
  expect(visible(page)).toContain('and 28,000 more rows');
});
