import { expect, test } from 'vitest';
import { judge } from '../../src/verdict/judge.ts';
import { generators, independent, xorshift } from './generate.ts';

const keys = ['v1', 'v3'];

/** How 200 sequences of each making are called, as a table; the generators are plain arithmetic, apart from the engine. */
function confusion(n: number): string {
  const makings: Readonly<
    Record<string, { share: number; make: (random: () => number, n: number, share: number) => number[] }>
  > = {
    'independent draws at 50/50': { share: 0.5, make: independent },
    'independent draws at 90/10': { share: 0.9, make: independent },
    ...Object.fromEntries(
      Object.entries(generators).map(([name, make]) => [
        name,
        { share: name === 'blocks' || name.startsWith('sticky') ? 0.5 : 0.9, make },
      ]),
    ),
  };
  const rows = Object.entries(makings).map(([name, { share, make }]) => {
    const random = xorshift(362436069);
    const found = new Map<string, number>();
    for (let i = 0; i < 200; i++) {
      const sequence = make(random, n, share);
      const counts = keys.map((_, key) => sequence.filter((own) => own === key).length);
      const weights = { keys, weights: [Math.round(share * 100), 100 - Math.round(share * 100)] };
      const { kind, mechanisms } = judge({ keys, counts, sequence: Int32Array.from(sequence) }, weights);
      const first = kind === 'fault' ? (mechanisms[0]?.name ?? 'a fault without a mechanism') : kind;
      found.set(first, (found.get(first) ?? 0) + 1);
    }
    const called = [...found].sort((a, b) => b[1] - a[1]).map(([own, count]) => `${own} ${count}`);
    return `| ${name} | ${share * 100}/${100 - Math.round(share * 100)} | ${called.join(', ')} |`;
  });
  return [
    `| made by | configured | called (of 200, ${n} requests each) |`,
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

test('the committed confusion table is what the judge says today', async () => {
  const page = `# Which mechanism is named first?

200 sequences of each making, by plain arithmetic apart from the engine, judged by \`meshshift check\`'s judge. Client addresses
are not given, so clients pinned to a version cannot be told here. "Pods in place of weights" with one pod each is 50/50, so it
ties with other weights of 50/50. The change point goes from 50/50 to the configured weights somewhere in the middle half.

${confusion(200)}

${confusion(50)}
`;
  await expect(page).toMatchFileSnapshot('../../reports/gallery/mechanisms.md');
});
