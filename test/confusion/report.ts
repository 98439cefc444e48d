import type { Said } from './play.ts';
import type { ShippedSeeds } from './shipped-seeds.ts';

export interface Row {
  readonly cause: string;
  readonly finding: string;
  readonly sayings: readonly Said[];
}

export interface Table {
  readonly seeds: number;
  readonly rows: Row[];
  readonly healthy: Said[];
  readonly shipped: ShippedSeeds[];
}

/** The page of the table. */
export function pageOf({ seeds, rows, healthy, shipped }: Table): string {
  const all = rows.flatMap(({ sayings }) => sayings).length;
  const total = (of: (row: Row) => number): number => rows.reduce((sum, row) => sum + of(row), 0);
  const [right, among] = [total(firstIn), total(amongThree)];
  const [broken, butted] = [
    healthy.filter(({ answer }) => answer === 'does not hold'),
    healthy.filter(({ answer }) => answer === 'holds, but'),
  ];
  const swayed = shipped.filter(({ headlines }) => Object.keys(headlines).length > 1);
  return `# Is the cause the headline?

${rows.length} causes, each put into those of six shapes of mesh in which it makes sense, ${seeds} seeds each: ${number(all)} runs. The
headline is the first finding of a run. \`npm run confusion\` plays it again; causes and shapes stand in \`test/confusion/\`.
Whether the remedies mend them is told by [remedies.md](remedies.md).

- The cause is the headline in ${share(right, all)}, and among the first three findings in ${share(among, all)}.
- ${number(healthy.length)} random runs in which nothing is wrong: "does not hold" in ${share(broken.length, healthy.length)}, "holds, but" in ${share(butted.length, healthy.length)}.
- ${
    shipped.every(({ seeds }) => seeds === 0)
      ? 'Shipped scenarios were not played with other seeds (`--shipped 50` does).'
      : `${shipped.length - swayed.length} of ${shipped.length} shipped scenarios have one headline with all the seeds that are told below.`
  }

| cause | must be said | runs | headline | first three | said first |
| --- | --- | ---: | ---: | ---: | --- |
${rows.map(line).join('\n')}

## What was missed

${missed(rows)}

## Nothing wrong, and yet

${
  [...broken, ...butted].length === 0
    ? 'Nothing.'
    : [...broken, ...butted]
        .map(({ seed, answer, codes, headline }) => `- seed ${seed}: ${answer}, ${codes[0]!}: ${headline}`)
        .join('\n')
}

## Shipped scenarios with other seeds

| scenario | seeds | headlines |
| --- | ---: | --- |
${shipped
  .map(
    (own) =>
      `| ${own.name} | ${own.seeds}${own.because === '' ? '' : ` (${own.because})`} | ${counts(own.headlines)} |`,
  )
  .join('\n')}
`;
}

const firstIn = ({ finding, sayings }: Row): number =>
  sayings.filter(({ codes }) => codes[0] === finding).length;

const amongThree = ({ finding, sayings }: Row): number =>
  sayings.filter(({ codes }) => codes.slice(0, 3).includes(finding)).length;

function line(row: Row): string {
  const said: Record<string, number> = {};
  for (const { codes } of row.sayings) said[codes[0] ?? 'nothing'] = (said[codes[0] ?? 'nothing'] ?? 0) + 1;
  return `| ${row.cause} | ${row.finding} | ${row.sayings.length} | ${firstIn(row)} | ${amongThree(row)} | ${counts(said)} |`;
}

function missed(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ cause, finding, sayings }) => {
    const misses = sayings.filter(({ codes }) => codes[0] !== finding);
    const groups = new Map<string, number[]>();
    for (const { shape, codes, seed } of misses) {
      const key = `${shape}: ${codes.slice(0, 3).join(', ')}`;
      groups.set(key, [...(groups.get(key) ?? []), seed]);
    }
    return [...groups].map(
      ([said, seeds]) =>
        `- ${cause} (${finding}), in ${said}; seed${seeds.length === 1 ? '' : 's'} ${seeds.join(', ')}`,
    );
  });
  return lines.length === 0 ? 'Nothing.' : lines.join('\n');
}

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .sort((a, b) => b[1] - a[1])
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');

const number = (own: number): string => own.toLocaleString('en');

const share = (some: number, all: number): string =>
  all === 0 ? 'none of 0' : `${number(some)} of ${number(all)} (${((100 * some) / all).toFixed(1)} %)`;
