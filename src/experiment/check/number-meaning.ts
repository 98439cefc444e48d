import type { Reading } from './reading.ts';
import type { Meaning, Row, Step, Steps } from './series-row.ts';

/** Results of a query, whose numbers may mean several things -> requests; where nothing says which, the fewest that they can mean. */
export function numbersOf(rows: readonly Row[], given: Meaning | undefined, reading: Reading): Steps[] {
  const open = rows.filter(({ meaning }) => meaning === undefined);
  const meaning = given ?? guessed(open, reading);
  return rows.map((row) => ({ row, steps: stepsOf(row, ofRow(row, given) ?? meaning, reading) }));
}

/** What a row says itself; how long a rate is over may be the user's word. */
function ofRow({ meaning }: Row, given: Meaning | undefined): Meaning | undefined {
  return meaning === undefined ? undefined : { ...meaning, seconds: meaning.seconds ?? given?.seconds };
}

const isWhole = (value: number): boolean => !Number.isFinite(value) || Number.isInteger(value);

type Guess = Meaning | 'mean' | 'nothing';

function guessed(rows: readonly Row[], reading: Reading): Guess {
  if (rows.length === 0) return 'nothing';
  const values = rows.flatMap(({ series }) => [...series.values]).filter(Number.isFinite);
  const areWhole = values.every(isWhole);
  const isOneMoment = rows.every(({ series }) => series.values.length <= 1);
  const sources = [...new Set(rows.map(({ source }) => source))].join(', ');
  if (isOneMoment) {
    if (areWhole) return { kind: 'count' };
    if (values.some((value) => value > 0 && value < 1) || values.reduce((sum, own) => sum + own, 0) < 10) {
      reading.notes.unshift(
        `${sources}: the numbers look like requests per second: say over how long they are, as in --values rate=10m, or ask Prometheus for increase(...[10m]) or for the counters themselves.`,
      );
      return 'nothing';
    }
    reading.notes.push(
      `${sources}: the numbers are no whole ones, as of a rate or an increase: each is taken for so many requests, the fewest that it can mean. Are they requests per second? Say --values rate=10m.`,
    );
    return { kind: 'count' };
  }
  if (areWhole && fallsOf(rows) <= values.length / 50) return { kind: 'total' };
  reading.notes.push(
    `${sources}: the numbers over time are requests per second or since some time before, which they do not say: their mean is taken for so many requests, the fewest that they can mean. Say --values rate, or --values count.`,
  );
  return 'mean';
}

const fallsOf = (rows: readonly Row[]): number =>
  rows.reduce(
    (sum, { series: { values } }) => sum + values.filter((value, place) => value < values[place - 1]!).length,
    0,
  );

function stepsOf({ series }: Row, meaning: Guess, reading: Reading): Step[] {
  const { times, values } = series;
  const samples = Array.from(values, (value, place) => ({ seconds: times[place]!, by: value })).filter(
    ({ by }) => Number.isFinite(by) && by >= 0,
  );
  if (meaning === 'nothing' || samples.length === 0) return [];
  if (meaning === 'mean') {
    const sum = samples.reduce((all, { by }) => all + by, 0);
    return [{ seconds: samples.at(-1)!.seconds, by: sum / samples.length }];
  }
  switch (meaning.kind) {
    case 'count':
      return samples;
    case 'total':
      return risesOf(samples);
    case 'rate':
      return ratesOf(samples, meaning.seconds, reading);
  }
}

/** A sum falls where one of its counters went or began anew; what came meanwhile is not in it. */
function risesOf(samples: readonly Step[]): Step[] {
  if (samples.length === 1) return [...samples];
  return samples.flatMap(({ seconds, by }, place) => {
    const before = samples[place - 1]?.by ?? Infinity;
    return by > before ? [{ seconds, by: by - before }] : [];
  });
}

/** Each rate holds from the sample before. */
function ratesOf(samples: readonly Step[], span: number | undefined, reading: Reading): Step[] {
  if (samples.length === 1) {
    if (span !== undefined) return [{ seconds: samples[0]!.seconds, by: samples[0]!.by * span }];
    const say = 'A rate at one moment does not say over how long: give it, as in --values rate=10m.';
    if (!reading.notes.includes(say)) reading.notes.unshift(say);
    return [];
  }
  const gaps = samples.slice(1).map(({ seconds }, place) => seconds - samples[place]!.seconds);
  const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!;
  // Where samples are missing nothing is known.
  return samples.map(({ seconds, by }, place) => ({
    seconds,
    by: by * Math.min(gaps[place - 1] ?? usual, usual * 2),
  }));
}
