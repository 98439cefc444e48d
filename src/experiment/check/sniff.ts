import { isCriLine } from '../../accesslog/cri.ts';
import { isAdminPage } from '../../accesslog/envoy-admin.ts';
import { parseOwnLine } from '../../accesslog/own-line.ts';
import { isTally } from '../../accesslog/tally-line.ts';
import type { ChoiceRules } from './choice.ts';
import type { Format, LineFormat } from './format.ts';
import { isTableHeading } from './table-intake.ts';
import { versionMeant } from './version-name.ts';

/** How a source is to be read: as a whole, or line by line. */
export type Way = { readonly kind: 'document' } | { readonly kind: 'lines'; readonly format: LineFormat };

/** What a source is by how it begins; by its name where that says nothing. */
export function sniff(head: string, byName: Format, rules: ChoiceRules): Way {
  const text = head.replace(/^\uFEFF/, '').trimStart();
  if (byName === 'har' || isDocument(text) || isMetricsPage(text) || isAdminPage(text))
    return { kind: 'document' };
  return { kind: 'lines', format: lineFormat(text, byName, rules) };
}

function lineFormat(text: string, byName: LineFormat, rules: ChoiceRules): LineFormat {
  const lines = text
    .split('\n', 40)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !isNoise(line));
  // The last one may be cut off here.
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  if (whole.some((line) => isCriLine(line))) return 'cri';
  const first = whole[0] ?? '';
  if (rules.pattern === undefined && !/[[{]/.test(first.slice(0, 1)) && isTableHeading(first, rules.keys))
    return 'csv';
  // A quotation mark within a cell is doubled.
  if (whole.some((line) => /\] ""[A-Z]+ /.test(line)) && !/\] ""/.test(first)) return 'csv';
  if (whole.some((line) => /\[\d{4}-\d\d-\d\dT/.test(line) && /\]\s+"/.test(line))) return 'log';
  if (whole.some((line) => /\{\s*"/.test(line))) return byName === 'csv' ? 'csv' : 'log';
  if (byName === 'csv' || /^sep=.$/i.test(first)) return 'csv';
  if (byName === 'ndjson') return byName;
  if (rules.pattern !== undefined) return 'log';
  if (
    isTally(
      whole,
      (name) => /(?:outbound|inbound(?:-vip)?)\|/.test(name) || versionMeant(name, rules.keys) !== undefined,
    )
  )
    return 'tally';
  return whole.some((line, place) => parseOwnLine(line, place) !== undefined) ? 'own' : 'log';
}

/** What tools write beside what they were asked for. */
export const isNoise = (line: string): boolean =>
  /^(?:Defaulted container |Common labels: |https?:\/\/\S+\/loki\/api\/|==> .* <==$|Found \d+ pods, using )/.test(
    line,
  );

/** A JSON text over several lines, or one whose object on a line holds all there is, rather than an object a line; pages; what curl -i wrote. */
function isDocument(text: string): boolean {
  if (/^\[\s*(?:[{\]]|$)/.test(text) || /^(?:HTTP\/[\d.]+ \d{3}\b|<!doctype html|<html)/i.test(text))
    return true;
  if (!text.startsWith('{')) return false;
  const lineEnd = text.indexOf('\n');
  if (lineEnd < 0 && text.length > 60_000) return true;
  const first = (lineEnd < 0 ? text : text.slice(0, lineEnd)).trimEnd();
  // Labels before a line of logcli.
  if (/^\{(?:\w+="|\}\s)/.test(first)) return false;
  return /^\{\s*$/.test(first) || !first.endsWith('}') || documentMark.test(first.slice(0, 2000));
}

const documentMark =
  /^\{\s*"(?:status"\s*:\s*"(?:success|error)"|(?:data|log|hits|elements)"\s*:\s*\{|(?:events|results|resourceLogs|responses|data|tables)"\s*:\s*\[|(?:resultType|took|_scroll_id|graphType|init_offset)"|timestamp"\s*:\s*\d+\s*,\s*"(?:duration|graphType)")/;

/** Comments of the text format, or a sample with labels, before anything of a log. */
function isMetricsPage(text: string): boolean {
  const lines = text.split('\n', 60).map((line) => line.trim());
  return (
    lines.some((line) => /^# (?:TYPE|HELP) \S+ /.test(line)) ||
    lines.filter((line) => /^(?:[a-zA-Z_:][\w:]*)?\{.*\} [\d.+eNI-]+(?: [\d.]+)?(?: #.*)?$/.test(line))
      .length >
      lines.length / 2
  );
}
