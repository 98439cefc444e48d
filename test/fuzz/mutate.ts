import { nastyValues } from './nasty.ts';
import type { Random } from './random.ts';

/** A text with a few things changed, as hands, tools and attackers change them. */
export function mutated(text: string, random: Random, others: readonly string[] = [text]): string {
  let changed = text;
  for (let left = random.between(1, 4); left > 0; left--) {
    changed = random.pick(mutations)(changed, random, random.pick(others));
  }
  return changed.length > 200_000 ? changed.slice(0, 200_000) : changed;
}

type Mutation = (text: string, random: Random, other: string) => string;

const byLines =
  (change: (lines: string[], at: number, random: Random, other: string[]) => void): Mutation =>
  (text, random, other) => {
    const lines = text.split('\n');
    change(lines, random.below(lines.length), random, other.split('\n'));
    return lines.join('\n');
  };

const replacedValue = byLines((lines, at, random) => {
  lines[at] = lines[at]!.replace(/([:-] +)([^#{}[\],]+)/, (_, key: string) => key + random.pick(nastyValues));
});

const mutations: readonly Mutation[] = [
  replacedValue,
  replacedValue,
  replacedValue,
  // A value inside braces or brackets.
  (text, random) => {
    const places = [...text.matchAll(/[:,[] *([^\s,:{}[\]]+)(?= *[,}\]])/g)];
    if (places.length === 0) return text;
    const place = random.pick(places);
    const at = place.index + place[0].length - place[1]!.length;
    return text.slice(0, at) + random.pick(nastyValues) + text.slice(at + place[1]!.length);
  },
  byLines((lines, at) => void lines.splice(at, 1)),
  byLines((lines, at) => void lines.splice(at, 0, lines[at]!)),
  byLines((lines, at, random, other) => void lines.splice(at, 0, random.pick(other))),
  byLines((lines, at, random) => void (lines[at] = ' '.repeat(random.between(1, 4)) + lines[at]!)),
  byLines((lines, at) => void (lines[at] = lines[at]!.replace(/^ {1,2}/, ''))),
  byLines((lines, at, random) => {
    const to = random.below(lines.length);
    lines.splice(to, 0, ...lines.splice(at, random.between(1, 5)));
  }),
  byLines((lines, at, random) => {
    // Another key of the same text.
    const keys = lines.join('\n').match(/[A-Za-z]+(?=:)/g) ?? ['a'];
    lines[at] = lines[at]!.replace(/[A-Za-z]+(?=:)/, random.pick([...keys, ...nastyValues]));
  }),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => {
    const at = random.below(text.length + 1);
    const noise = Array.from({ length: random.between(1, 3) }, () =>
      String.fromCharCode(random.chance(0.8) ? random.between(0, 127) : random.between(128, 0xffff)),
    ).join('');
    return text.slice(0, at) + noise + text.slice(at + random.below(3));
  },
];
