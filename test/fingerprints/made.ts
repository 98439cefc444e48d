import { fuzzKinds } from '../fuzz/kind/index.ts';
import { Random } from '../fuzz/random.ts';
import { fingerprint } from './fingerprint.ts';

/** How many made inputs of a kind are held, and in which file their fingerprints stand. */
export const madeKinds = {
  runs: 60,
  manifests: 900,
  scenarios: 300,
  logs: 300,
} as const;
export type MadeKind = keyof typeof madeKinds;

export const fileOf = (kind: MadeKind | 'shipped'): string => `test/fingerprints/${kind}.json`;

/** A line of fingerprints for ten inputs in turn, so that a file of them stays readable and merges. */
const inALine = 10;

/** Of all that is told of each made input of a kind, in the order of their numbers: ten a line. */
export async function madeFingerprints(
  kind: MadeKind,
  from = 0,
  to: number = madeKinds[kind],
): Promise<string[]> {
  const lines: string[] = [];
  for (let first = from; first < to; first += inALine) {
    const line: string[] = [];
    for (let number = first; number < first + inALine; number++) {
      const input = fuzzKinds[kind].make(new Random(`1/${kind}/${number}`));
      line.push(fingerprint(await fuzzKinds[kind].try(input)).slice(0, 8));
    }
    lines.push(`${first}: ${line.join(' ')}`);
  }
  return lines;
}
