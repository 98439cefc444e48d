import { expect, test } from 'vitest';
import { darkTwin, ink, palette } from '../../src/report/palette.ts';
import { makeRecord, sixPushes } from '../support/record.ts';

test('stars are drawn in a colour akin to theirs: none blue, black dark, red vermillion', () => {
  const style = palette(sixPushes());
  expect([style('v1').colour, style('v2').colour, style('v3').colour]).toEqual([
    '#0072b2',
    '#24292f',
    '#d55e00',
  ]);
});

test('keys of a split differ in colour, in dash and in shape', () => {
  const keys = ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'];
  const record = makeRecord({
    service: 'details',
    keys,
    marks: keys.map(() => null),
    endpointShares: keys.map(() => 1 / 6),
    durationSeconds: 2,
    steps: [{ at: 0, shares: undefined }],
    rps: 10,
    proxies: 1,
    arrivalDelay: () => 0,
  });
  const styles = keys.map(palette(record));
  for (const part of ['colour', 'dash', 'shape'] as const) {
    expect(new Set(styles.map((style) => JSON.stringify(style[part]))).size).toBe(keys.length);
  }
});

test('a key looks the same in every service, and the service in focus decides how', () => {
  const record = sixPushes();
  const [split] = record.splits;
  const ratings = { ...split!, service: 'ratings', keys: ['v2', 'v1'], marks: [null, null] };
  const style = palette({ ...record, splits: [ratings, split!] });
  expect(style('v2').colour).toBe(palette(record)('v2').colour);
});

test('every colour of a key stands out from the page, by day and in the dark', () => {
  const keys = Array.from({ length: 8 }, (_, i) => `v${i + 1}`);
  const record = sixPushes();
  const [split] = record.splits;
  const plain = { ...split!, keys, marks: keys.map(() => null) };
  const style = palette({ ...record, splits: [plain] });
  const colours = [...keys.map((key) => style(key).colour), '#24292f'];
  for (const colour of colours) {
    // 3:1 is what WCAG 2.1 (1.4.11) asks of graphics that carry meaning.
    expect.soft(contrast(colour, ink.background), `${colour} on white`).toBeGreaterThanOrEqual(3);
    expect
      .soft(contrast(darkTwin[colour] ?? colour, darkTwin[ink.background]!), `${colour} in the dark`)
      .toBeGreaterThanOrEqual(3);
  }
});

/** Contrast ratio of two sRGB colours, WCAG 2.1. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((i) => {
    const value = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
