import { placeAround } from './reach.ts';
import type { Reach } from './reach-map.ts';
import type { Mutant } from './mutate.ts';

/** A file of tests that takes longer, in seconds of the processor, is asked for its own source alone. */
const slowSeconds = 10;

/** They read the sources as texts: they are asked of every mutant, and run none. */
export const readers = ['test/kernel/copied-fields.test.ts'];

const isFingerprint = (test: string): boolean => test.startsWith('test/fingerprints/');

/** The files of fingerprints that run the place of a mutant, the quickest first. */
export function fingerprintsFor(
  { file, start, end }: Mutant,
  text: string,
  reaches: ReadonlyMap<string, Reach>,
): string[] {
  const place = placeAround(file, text, start, end);
  return [...reaches]
    .filter(([test, { places }]) => isFingerprint(test) && places[file]?.includes(place))
    .sort(([, a], [, b]) => a.seconds - b.seconds)
    .map(([test]) => test);
}

/**
 * The files of tests, but for the fingerprints, that run the place of a mutant, the nearest folders first and there the quickest, as many as the time
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
    .filter(([test, { places }]) => !isFingerprint(test) && places[file]?.includes(place))
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
