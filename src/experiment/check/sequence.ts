import { versionMeant } from './version-name.ts';

/**
 * Versions in the order they were seen, separated by commas, blanks or line ends: `1,1,3,1`. A short form stands for
 * the only version that it can mean: `3` for v3, `red` for itself.
 */
export function parseSequence(text: string, keys: readonly string[]): string[] {
  return text
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
    .map((word) => meant(word, keys));
}

function meant(word: string, keys: readonly string[]): string {
  const known = versionMeant(word, keys) ?? versionMeant(`v${word}`, keys);
  if (known !== undefined) return known;
  // A version that has no weight is written as its fellows are.
  return /^\d+$/.test(word) && keys.every((key) => /^v\d+$/.test(key)) ? `v${word}` : word;
}
