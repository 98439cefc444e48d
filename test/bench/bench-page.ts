import { median, extent } from 'd3-array';
import type { Bench, Cost, Grown, Played } from './bench.ts';

/** What was measured, as a page: medians over the rounds, and their range. */
export function benchPage({ machine, rounds, played, growth }: Bench): string {
  const yardstick = played.find(({ name }) => name === 'C++, model B');
  const bare = played.find(({ name }) => name === 'bare node');
  const loops = played.filter(({ costs }) => costs[0]!.events !== undefined);
  const processes = played.filter(({ costs }) => costs[0]!.events === undefined);
  return `# What a run costs

\`npm run bench\` wrote this page: ${rounds} rounds, in each of which everything was played once, by processes that took turns on ${machine.cores} cores
(${machine.model}, Node ${machine.node}, load ${machine.load} at the end). Processor seconds; medians, with the range in brackets. What
is worth comparing are ratios within a round.

| event loop | pages a second | events a second | events a page | ${yardstick === undefined ? '' : 'events against C++ |'}
| --- | --: | --: | --: | ${yardstick === undefined ? '' : '--: |'}
${loops
  .map(
    (own) =>
      `| ${own.name} | ${spread(own, ({ pages, seconds }) => pages! / seconds, thousands)} | ${spread(own, eventRate, thousands)} | ${(own.costs[0]!.events! / own.costs[0]!.pages!).toFixed(1)} | ${yardstick === undefined ? '' : `${ratio(own, yardstick, eventRate)} |`}`,
  )
  .join('\n')}

| process | seconds | against bare node |
| --- | --: | --: |
${processes
  .map(
    (own) =>
      `| ${own.name} | ${spread(
        own,
        ({ seconds }) => seconds,
        (s) => s.toFixed(3),
      )} | ${bare === undefined ? '' : ratio(own, bare, ({ seconds }) => seconds)} |`,
  )
  .join('\n')}

## Growth

![](growth.svg)

An exponent is the slope from the smallest to the largest on scales of logarithms: 0 where the size does not matter, 1 where twice as
much takes twice as long.

| what grows | sizes | ns an event | exponent | set-up, seconds | memory, MB |
| --- | --- | --- | --: | --- | --- |
${growth.map(grownRow).join('\n')}
`;
}

const eventRate = ({ events, seconds }: Cost): number => events! / seconds;
export const nsPerEvent = ({ events, seconds }: Cost): number => (1e9 * seconds) / events!;
const thousands = (value: number): string => `${Math.round(value / 1000)} k`;

function spread({ costs }: Played, of: (cost: Cost) => number, written: (value: number) => string): string {
  const found = costs.map(of);
  const [least, most] = extent(found) as [number, number];
  return `${written(median(found)!)} [${written(least)}, ${written(most)}]`;
}

/** Of two programs in the same round. */
function ratio(own: Played, other: Played, of: (cost: Cost) => number): string {
  const found = own.costs.map((cost, round) => of(cost) / of(other.costs[round]!));
  const [least, most] = extent(found) as [number, number];
  return `${median(found)!.toFixed(2)} [${least.toFixed(2)}, ${most.toFixed(2)}]`;
}

function grownRow({ of, points }: Grown): string {
  const ns = points.map(({ costs }) => median(costs, nsPerEvent)!);
  const [first, last] = [points[0]!, points.at(-1)!];
  const exponent = Math.log(ns.at(-1)! / ns[0]!) / Math.log(last.size / first.size);
  const each = (written: (costs: readonly Cost[]) => string): string =>
    points.map(({ costs }) => written(costs)).join(', ');
  return `| ${of} | ${points.map(({ size }) => size).join(', ')} | ${ns.map((own) => own.toFixed(0)).join(', ')} | ${exponent.toFixed(2)} | ${each((costs) => median(costs, ({ setUpSeconds }) => setUpSeconds!)!.toFixed(2))} | ${each((costs) => (median(costs, ({ bytes }) => bytes!)! / 1e6).toFixed(0))} |`;
}
