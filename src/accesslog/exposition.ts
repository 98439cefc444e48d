import { sampleValue, SeriesCollector, type Series } from './series.ts';

/**
 * A page of metrics as text, in Prometheus' format (`name{label="value"} 12 1735689600000`) or OpenMetrics' (seconds, exemplars behind
 * `#`, `# EOF`), with names in UTF-8 quoted inside the braces or not -> its series. Several pages one after the other give a series
 * several samples. Lines that are no sample (what curl or kubectl wrote beside it, a last one that is cut off) are left out.
 *
 * @returns undefined where most lines are no samples, or nothing tells the page from a list of names and numbers: neither a comment
 *   of the format nor a label
 */
export function expositionSeries(text: string): Series[] | undefined {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const isOpenMetrics = lines.some((line) => line.trim() === '# EOF');
  const series = new SeriesCollector();
  let isTold = isOpenMetrics;
  let samples = 0;
  let others = 0;
  for (const line of lines) {
    const plain = line.trim();
    if (plain === '') continue;
    if (plain.startsWith('#')) {
      isTold ||= /^# (?:TYPE|HELP|UNIT) \S/.test(plain);
      continue;
    }
    const sample = sampleOf(plain, isOpenMetrics);
    if (sample === undefined) {
      others += 1;
      continue;
    }
    samples += 1;
    isTold ||= Object.keys(sample.labels).length > 1;
    series.add(sample.labels, sample.seconds, sample.value);
  }
  return isTold && others <= samples ? series.all() : undefined;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly value: number;
}

function sampleOf(line: string, isOpenMetrics: boolean): Sample | undefined {
  const name = /^[a-zA-Z_:][\w:]*/.exec(line)?.[0];
  let at = name?.length ?? 0;
  while (line[at] === ' ' || line[at] === '\t') at += 1;
  const labels: Record<string, string> = name === undefined ? {} : { __name__: name };
  if (line[at] === '{') {
    const end = readLabels(line, at + 1, labels);
    if (end === undefined) return undefined;
    at = end;
  } else if (name === undefined || at === name.length) return undefined;
  if (labels['__name__'] === undefined) return undefined;
  // An exemplar stands behind a number sign, and no number holds one.
  const rest = line
    .slice(at)
    .replace(/\s#.*$/, '')
    .trim();
  const [told = '', time, ...more] = rest.split(/\s+/);
  const value = sampleValue(told);
  const stamp = time === undefined ? Number.NaN : sampleValue(time);
  if (value === undefined || stamp === undefined || more.length > 0) return undefined;
  const isSeconds = isOpenMetrics || time?.includes('.') === true;
  return { labels, seconds: isSeconds ? stamp : stamp / 1000, value };
}

/**
 * Labels from behind the opening brace, put into `labels`: `name="value"` with blanks and a last comma wherever they stand; a quoted name
 * without a value is the metric's.
 * @returns where the text goes on behind the closing brace; undefined where these are no labels
 */
function readLabels(line: string, from: number, labels: Record<string, string>): number | undefined {
  const part = /\s*(?:([a-zA-Z_][\w.:]*)|"((?:[^"\\]|\\.)*)")\s*(?:(=)\s*"((?:[^"\\]|\\.)*)")?\s*(,|(?=\}))/y;
  let at = from;
  for (;;) {
    const end = /\s*\}/y;
    end.lastIndex = at;
    if (end.test(line)) return end.lastIndex;
    part.lastIndex = at;
    const read = part.exec(line);
    if (read === null) return undefined;
    const [, plain, quoted, equals, value] = read;
    if (equals !== undefined) labels[plain ?? unescaped(quoted!)] = unescaped(value!);
    else if (quoted !== undefined) labels['__name__'] = unescaped(quoted);
    else return undefined;
    at = part.lastIndex;
  }
}

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (whole, mark: string) =>
    mark === 'n' ? '\n' : mark === '"' || mark === '\\' ? mark : whole,
  );
