import { versionMeant } from './version-name.ts';

/**
 * Versions in the order they were seen, separated by commas, blanks or line ends: `1,1,3,1`. A short form stands for the only
 * version that it can mean: `3` for v3, `red` for itself. Where commas or line ends separate, a name may hold blanks (`no stars`).
 */
export function parseSequence(text: string, keys: readonly string[]): string[] {
  const isListed = /[,;\n]/.test(text.trim());
  const words = text
    .split(isListed ? /[,;\r\n]+/ : /\s+/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
  // "1 1 3, 1 3": blanks separate, too, unless only the whole means a version.
  return words.flatMap((word) => {
    const parts = word.split(/\s+/);
    const isParts = parts.every((own) => versionMeant(own, keys) !== undefined);
    return isParts || versionMeant(word, keys) === undefined
      ? parts.map((own) => meant(own, keys))
      : [meant(word, keys)];
  });
}

function meant(word: string, keys: readonly string[]): string {
  const known = versionMeant(word, keys);
  if (known !== undefined) return known;
  // A version that has no weight is written as its fellows are.
  return /^\d+$/.test(word) && keys.every((key) => /^v\d+$/.test(key)) ? `v${word}` : word;
}
