/** Text as HTML text or as a quoted attribute; a number keeps its unit beside it. */
export function escaped(text: string): string {
  return verbatim(text.replaceAll(/(?<=\d) (?=(?:%|s|ms|min|h)(?!\w))/g, '\u00a0'));
}

/** The same letter by letter, for what a reader copies. */
export function verbatim(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
