/**
 * Words of a page in which no line ends between a number and its unit, or beside an equals sign. What a reader copies stays
 * letter by letter.
 */
export function keepUnits(text: string): string {
  return text.replaceAll(/(?<=\d) (?=(?:%|s|ms|min|h)(?!\w))| (?==)|(?<==) /g, '\u00a0');
}
