import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { fifteenRefreshes, fixtures, hostile, manyRefreshes } from '../support/record.ts';

describe.each(fixtures)('the Markdown of %s', (_, make) => {
  test('holds no leftover of a missing value and fits a comment', () => {
    const text = renderMarkdown(make());
    expect(text).not.toMatch(/undefined|NaN|\bnull\b|Infinity|\[object/);
    // GitHub refuses comments beyond 65,536 characters.
    expect(text.length).toBeLessThan(65_536);
  });

  test('gives every row of a table the cells of its head', () => {
    const bars = (line: string) => line.replaceAll('\\|', '').split('|').length;
    let columns = 0;
    for (const line of renderMarkdown(make()).split('\n')) {
      if (!line.startsWith('|')) columns = 0;
      else if (columns === 0) columns = bars(line);
      else expect(bars(line)).toBe(columns);
    }
  });
});

test('the verdict is bold and right below the title', () => {
  expect(renderMarkdown(fifteenRefreshes())).toMatch(
    /^## Half of the reviews .*\n\n\*\*✓ Chance: Nothing is broken/,
  );
});

test('the command that repeats the run stands in a block of code', () => {
  expect(renderMarkdown(fifteenRefreshes())).toContain(
    '```sh\nmeshshift run scenarios/fifteen-refreshes --seed 42\n```',
  );
});

test('a command with backticks in it stays inside its block', () => {
  const record = fifteenRefreshes();
  const text = renderMarkdown({ ...record, scenario: { ...record.scenario, command: 'run ```x```' } });
  expect(text).toContain('````sh\nrun ```x```\n````');
});

test('names cannot speak Markdown or HTML', () => {
  const text = renderMarkdown(hostile()).replace(/```sh.*?```/gs, '');
  expect(text).not.toMatch(/<(?!\/?details|\/?summary)/);
  expect(text).toContain('\\`x\\`');
});

test('a session of thousands stays one line', () => {
  const lines = renderMarkdown(manyRefreshes())
    .split('\n')
    .filter((line) => line.startsWith('- script:'));
  expect(lines).toHaveLength(1);
});
