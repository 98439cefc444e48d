import type { Format, LineFormat } from './format.ts';

/** How a source is to be read: as a whole, or line by line. */
export type Way = { readonly kind: 'document' } | { readonly kind: 'lines'; readonly format: LineFormat };

/** What a source is by how it begins; by its name where that says nothing. */
export function sniff(head: string, byName: Format): Way {
  const text = head.replace(/^\uFEFF/, '').trimStart();
  if (byName === 'har' || isDocument(text) || isMetricsPage(text)) return { kind: 'document' };
  return { kind: 'lines', format: byName };
}

/** A JSON text over several lines, or one whose object on a line holds all there is, rather than an object a line. */
function isDocument(text: string): boolean {
  if (/^\[\s*(?:[{\]]|$)/.test(text)) return true;
  if (!text.startsWith('{')) return false;
  const lineEnd = text.indexOf('\n');
  const first = (lineEnd < 0 ? text : text.slice(0, lineEnd)).trimEnd();
  return /^\{\s*$/.test(first) || !first.endsWith('}') || documentMark.test(first.slice(0, 2000));
}

const documentMark =
  /^\{\s*"(?:status|data|resultType|log|took|hits|_scroll_id|events|results|timestamp"\s*:\s*\d+\s*,\s*"(?:duration|graphType)|graphType|elements)"/;

/** Comments of the text format, or a sample with labels, before anything of a log. */
function isMetricsPage(text: string): boolean {
  const lines = text.split('\n', 60).map((line) => line.trim());
  return (
    lines.some((line) => /^# (?:TYPE|HELP) \S+ /.test(line)) ||
    lines.filter((line) => /^[a-zA-Z_:][\w:]*\{.*\} [\d.+eNI-]/.test(line)).length > lines.length / 2
  );
}
