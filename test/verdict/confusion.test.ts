import { beforeAll, describe, expect, test } from 'vitest';
import { weigh } from '../../src/verdict/weigh.ts';
import { leaders } from '../../src/verdict/rank.ts';
import { makings, xorshift, type Making } from './generate.ts';
import { seen, weightsOf } from './seen.ts';

/** Sequences of each making and length. */
const sequences = 200;
const lengths = [15, 50, 200];

interface Row {
  readonly making: Making;
  readonly n: number;
  /** Called by the right name, and by it or by one that is tied with it. */
  readonly first: number;
  readonly tied: number;
  readonly calls: readonly (readonly [name: string, count: number])[];
}

function called(making: Making, n: number): Row {
  // Marsaglia's own seed; every row begins anew, so that a new making changes no other row.
  const random = xorshift(362436069);
  const calls = new Map<string, number>();
  let tied = 0;
  for (let i = 0; i < sequences; i++) {
    const { kind, ranked, conf } = weigh(
      seen(making.make(random, n)),
      weightsOf(making.configured),
      making.pods === undefined ? {} : { podCounts: making.pods },
    );
    const names: readonly string[] = kind === 'fault' ? leaders(ranked, conf) : [kind];
    const name = names[0] ?? 'a fault without a mechanism';
    calls.set(name, (calls.get(name) ?? 0) + 1);
    if (names.includes(making.name)) tied += 1;
  }
  return {
    making,
    n,
    first: calls.get(making.name) ?? 0,
    tied,
    calls: [...calls].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)),
  };
}

const rows: Row[] = [];
beforeAll(() => {
  for (const n of lengths) for (const making of makings) rows.push(called(making, n));
}, 120_000);

function table(n: number): string {
  const lines = rows
    .filter((row) => row.n === n)
    .map(({ making, first, tied, calls }) => {
      const weights = `${making.configured}/${100 - making.configured}`;
      const names = calls.map(([name, count]) => `${name} ${count}`).join(', ');
      return `| ${making.title} | ${weights} | ${first} | ${tied} | ${names} |`;
    });
  return [
    `## ${n} requests`,
    '',
    '| made by | configured | right, first | right, first or tied | named first |',
    '| --- | --- | ---: | ---: | --- |',
    ...lines,
  ].join('\n');
}

test('the committed confusion table is what the judge says today', async () => {
  const page = `# Which mechanism is named first?

${sequences} sequences of each making and length, by plain arithmetic apart from the engine, judged as \`meshshift check\` judges them, at
95 % confidence. "Right" is the verdict chance (or suspicious, which accuses nobody) for independent draws, and for the others a fault with the mechanism that made it;
"tied" is named beside the first because the data cannot tell it from that (odds below 20 to 1). Client addresses are given where
the making speaks of clients, pod counts and tries only where it says so.

What no such data can tell apart, so that it is a tie by right: alternation and smooth weighted round robin at 50/50 (the same
sequence); other weights, pods of unknown number, retries or mirrors in a busy log, failures left out and swapped labels (all
are independent draws with another share: only what the judge is told besides can tell them apart).

${[...lengths].reverse().map(table).join('\n\n')}
`;
  await expect(page).toMatchFileSnapshot('../../reports/gallery/mechanisms.md');
});

/** The rows of a making, at the weights given. */
const rowsOf = (n: number, title: string, configured: readonly number[]): Row[] =>
  rows.filter(
    ({ making, n: own }) => own === n && making.title === title && configured.includes(making.configured),
  );

describe('at 200 requests', () => {
  test.each([
    { title: 'alternation', at: [50, 90], because: 'luck does not take turns' },
    { title: 'smooth weighted round robin', at: [70, 90], because: 'luck is not that even' },
    { title: 'blocks', at: [50, 90], because: 'luck does not count to fifty' },
    { title: 'change point, 50/50 to 90/10', at: [50, 90], because: 'either side is long enough' },
    { title: 'change point, all to v1 and then 50/50', at: [50], because: 'fifty in a row are no luck' },
    { title: 'change point, 50/50 and then all to v1', at: [100], because: 'the old rule explains it whole' },
    { title: 'sticky connection', at: [50], because: 'runs of ten are no luck' },
    { title: '20 clients, each pinned', at: [50], because: 'addresses are given' },
    {
      title: 'two of six callers still all to v1',
      at: [50],
      because: 'theirs are one-sided, the others not',
    },
    { title: 'two of six callers still at 50/50', at: [90], because: 'theirs are even, the others not' },
    { title: 'absorbing cookie, 20 clients', at: [90], because: 'none of them comes back' },
    {
      title: 'retries counted, busy log, tries known',
      at: [50],
      because: 'first tries alone fit the weights',
    },
    { title: 'mirrors counted, quiet log', at: [90], because: 'every other line is a copy' },
    { title: 'pods, one of v1 and two of v3 (told)', at: [90], because: 'their number is told' },
    { title: 'wrong meter: lines counted twice', at: [50], because: 'lines come in pairs' },
  ])('$title is named first in 90 %: $because', ({ title, at, ...row }) => {
    expect(row.because).not.toBe('');
    const found = rowsOf(200, title, at);
    expect(found).toHaveLength(at.length);
    for (const own of found) expect(own.first / sequences).toBeGreaterThanOrEqual(0.9);
  });

  // A browser whose first page is of v3 stays there: one in ten, and all that it ever sees is what an old rule brings, too.
  test('a cookie of one browser is first or tied in 80 %: where v1 never came it is an old rule’s sight', () => {
    const [row] = rowsOf(200, 'absorbing cookie, one browser', [90]);
    expect(row!.tied / sequences).toBeGreaterThanOrEqual(0.8);
  });

  test.each([
    { title: 'smooth weighted round robin', at: [50], because: 'at 50/50 it is alternation' },
    { title: 'other weights, 80/20', at: [50], because: 'pods of unknown number may bring it' },
    { title: 'other weights, 40/60', at: [90], because: 'pods of unknown number may bring it' },
    { title: 'pods, one of each', at: [90], because: 'other weights may bring it' },
    { title: '20 clients, each pinned', at: [90], because: 'all of them may be pinned to v1' },
    { title: 'sticky connection', at: [90], because: 'v3 may come once and stay, as with a cookie' },
    { title: 'wrong meter: labels swapped', at: [90], because: 'other weights may bring it' },
    { title: 'mirrors counted, busy log', at: [90], because: 'only the share tells' },
  ])('$title is first or tied in 90 %: $because', ({ title, at, ...row }) => {
    expect(row.because).not.toBe('');
    const found = rowsOf(200, title, at);
    expect(found).toHaveLength(at.length);
    for (const own of found) expect(own.tied / sequences).toBeGreaterThanOrEqual(0.9);
  });
});
