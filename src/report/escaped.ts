/** Text as HTML text or as a quoted attribute; a number keeps its per cent sign. */
export function escaped(text: string): string {
  return text
    .replaceAll(' %', '\u00a0%')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
