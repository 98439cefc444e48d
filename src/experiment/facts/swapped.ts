import type { Workload } from '../../manifest/scale-target.ts';

/** A destination by its name, and the workloads whose pods it picks. */
export interface Called {
  readonly to: string;
  readonly workloads: readonly string[];
}

/** Something that a manifest says of a workload, and the words in it. */
export interface Saying {
  /** "label track: canary", "image web:2.1.0". */
  readonly text: string;
  readonly words: readonly string[];
  /** A number in it is a version. */
  readonly tellsVersion: boolean;
}

/** What a workload is called: by its name, by labels of its pods, by the tags of their images. */
export const sayingsOf = ({ metadata, spec: { template } }: Workload): Saying[] => [
  { text: `name ${metadata.name}`, words: wordsOf(metadata.name), tellsVersion: false },
  ...Object.entries(template.labels).map(([key, value]) => ({
    text: `label ${key}: ${value}`,
    words: wordsOf(value),
    tellsVersion: /version|release|tag/.test(key),
  })),
  ...template.containers.map(({ image }) => ({
    text: `image ${image}`,
    words: wordsOf(/[^/]:([^/@]+)/.exec(image)?.[1] ?? ''),
    tellsVersion: true,
  })),
];

/**
 * What says that the first destination has the pods of the second, and the second those of the first: each has pods that are
 * called by a word of the other's name, and by none of its own. A word that both names have says nothing, nor does one that the
 * pods of both are called by. null: nothing says so.
 * @param isOneRule where the first has no word of its own (web beside web-canary), one that the second has is enough
 */
export function swapped(
  one: Called,
  other: Called,
  sayings: (workload: string) => readonly Saying[],
  isOneRule: boolean,
): { readonly ofOne: string; readonly ofOther: string } | null {
  if (one.workloads.length === 0 || other.workloads.length === 0) return null;
  if (one.workloads.some((own) => other.workloads.includes(own))) return null;
  const [oneWords, otherWords] = apart(wordsOf(one.to), wordsOf(other.to));
  const [ofOne, ofOther] = [one, other].map(({ workloads }) => workloads.flatMap((own) => [...sayings(own)]));
  const seenAt = (words: readonly string[], own: readonly Saying[], others: readonly Saying[]) =>
    words.flatMap((word) =>
      others.some((each) => says(each, word)) ? [] : (own.find((each) => says(each, word)) ?? []),
    );
  const [wrongAtOne] = seenAt(otherWords, ofOne!, ofOther!);
  const [wrongAtOther] = seenAt(oneWords, ofOther!, ofOne!);
  const isRight =
    seenAt(oneWords, ofOne!, ofOther!).length > 0 || seenAt(otherWords, ofOther!, ofOne!).length > 0;
  if (isRight || wrongAtOne === undefined) return null;
  if (wrongAtOther !== undefined) return { ofOne: wrongAtOne.text, ofOther: wrongAtOther.text };
  return oneWords.length === 0 && isOneRule ? { ofOne: wrongAtOne.text, ofOther: '' } : null;
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9.]+/)
    .filter((word) => word !== '');

const apart = (one: readonly string[], other: readonly string[]): [string[], string[]] => [
  one.filter((word) => !other.includes(word)),
  other.filter((word) => !one.includes(word)),
];

/** The same word, or a version of that number: v2 and 2.1.0. */
const says = ({ words, tellsVersion }: Saying, word: string): boolean =>
  words.some((own) => own === word || (tellsVersion && isVersionOf(own, word)));

function isVersionOf(full: string, word: string): boolean {
  const number = /^v?(\d+(?:\.\d+)*)$/.exec(word)?.[1];
  const own = /^v?(\d+(?:\.\d+)*)/.exec(full)?.[1];
  return number !== undefined && own !== undefined && `${own}.`.startsWith(`${number}.`);
}
