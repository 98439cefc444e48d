import { expect, test } from 'vitest';
import { renderPng } from '../../src/cli/render/png.ts';
import { charts } from '../../src/report/chart/index.ts';
import { renderSvg } from '../../src/report/svg.ts';
import { fifteenRefreshes } from '../support/record.ts';

const svg = await renderSvg(charts['split-over-time'].spec(fifteenRefreshes())!);

test('a chart becomes a PNG of twice its size, the same bytes each time', async () => {
  const png = await renderPng(svg);
  const width = Number(/width="(\d+)"/.exec(svg)![1]);
  expect([...png.slice(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  expect(new DataView(png.buffer, png.byteOffset).getUint32(16)).toBe(2 * width);
  expect(Buffer.compare(png, await renderPng(svg))).toBe(0);
});

test.each([
  ['regular', /<text (?![^>]*font-weight="bold").*?<\/text>/gs],
  ['bold', /<text [^>]*font-weight="bold".*?<\/text>/gs],
])('%s text is there: the picture differs from one without it', async (_, text) => {
  const silent = svg.replace(text, '');
  expect(silent).not.toBe(svg);
  const [whole, without] = [await renderPng(svg), await renderPng(silent)];
  expect(whole.length).toBeGreaterThan(without.length + 500);
});
