import { placeAround } from './reach.ts';
import type { Reach } from './reach-map.ts';
import type { Mutant } from './mutate.ts';

/** A file of tests that takes longer, in seconds of the processor, is asked for its own source alone. */
const slowSeconds = 10;

/** They read the sources as texts: they are asked of every mutant, and run none. */
export const readers = ['test/kernel/copied-fields.test.ts'];

/**
 * The files of tests that run the place of a mutant, the nearest folders first and there the quickest, as many as the time
 * for one mutant allows, in seconds of the processor.
 */
export function chooseTests(
  mutant: Mutant,
  text: string,
  reaches: ReadonlyMap<string, Reach>,
  mostSeconds: number,
): string[] {
  const { file, start, end } = mutant;
  const place = placeAround(file, text, start, end);
  const ranked = [...reaches]
    .filter(([, { places }]) => places[file]?.includes(place))
    .map(([test, { seconds }]) => ({ test, seconds, shared: sharedSteps(file, test) }))
    .filter(({ seconds, shared }) => seconds <= slowSeconds || shared === stepsOf(file).length)
    .sort((a, b) => b.shared - a.shared || a.seconds - b.seconds);
  let left = mostSeconds;
  const chosen = ranked.flatMap(({ test, seconds }, index) => {
    if (index > 0 && seconds > left) return [];
    left -= seconds;
    return [test];
  });
  return [...chosen, ...readers.filter((test) => !chosen.includes(test))];
}

/** Steps of the way down that a source and a file of tests have in common, their own names being the last. */
function sharedSteps(source: string, test: string): number {
  const [a, b] = [stepsOf(source), stepsOf(test)];
  const parting = a.findIndex((step, index) => step !== b[index]);
  return parting < 0 ? a.length : parting;
}

function stepsOf(file: string): string[] {
  return file
    .replace(/(\.test)?\.ts$/, '')
    .split('/')
    .slice(1);
}
