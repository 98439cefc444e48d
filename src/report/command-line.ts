/** Words as they would be typed in a shell. */
export const commandLine = (words: readonly string[]): string =>
  words
    .map((word) => (/^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
