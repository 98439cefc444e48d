import type { Unparsed } from './line-part.ts';
import type { RecordedRequest } from './recorded-request.ts';

/** A line of a list of versions: a count and a name (`sort | uniq -c`), a name and a count, or one name for one request. */
export function parseTallyLine(line: string, lineNumber: number): RecordedRequest | Unparsed {
  const read = tallyParts(line);
  if (read === undefined) return { unparsed: 'no count and version' };
  const cluster = /(?:outbound|inbound(?:-vip)?)(?:\||_\.)[^\s"']+/.exec(read.version)?.[0];
  const status =
    cluster === undefined ? undefined : /(?:^|\s)"?([1-5]\d\d|0)"?(?:\s|$)/.exec(read.version)?.[1];
  return {
    startUs: Number.NaN,
    ...(cluster === undefined ? { version: read.version } : { upstreamCluster: cluster }),
    ...(status === undefined ? {} : { status: Number(status) }),
    ...(read.times === undefined ? {} : { times: read.times }),
    line: lineNumber,
  };
}

/** Whether these first lines of a source are such a list, as far as they are no heading. */
export function isTally(lines: readonly string[], known: (name: string) => boolean): boolean {
  const read = lines.map((line) => tallyParts(line));
  const fitting = lines.filter((line) => isTallyLine(line, known));
  return (
    fitting.length > 0 &&
    fitting.length >= read.length / 2 &&
    (read.some((own) => own !== undefined && known(own.version)) ||
      // Counts of names that nobody knows: whoever reads them says so.
      read.every((own) => own?.times !== undefined && /^[a-z][\w.-]*$/i.test(own.version)))
  );
}

/** Whether a line, the first of its file, begins such a list: a count with a name, or a name that is `known`. */
export function isTallyLine(line: string, known: (name: string) => boolean): boolean {
  const read = tallyParts(line);
  if (read === undefined) return false;
  return read.times === undefined
    ? /^[\w.|-]+$|^\w+ stars$/.test(read.version) && known(read.version)
    : known(read.version) || /^[\w.|-]+$/.test(read.version);
}

function tallyParts(line: string): { readonly version: string; readonly times?: number } | undefined {
  const read = partsOf(line);
  // "Hello version: v1, instance: helloworld-v1-867747c89-abcde", as Istio's helloworld answers.
  const said =
    read === undefined
      ? null
      : /(?:^|\s)version\s*[:=]\s*["']?(v?\d[\w.-]*\w|v?\d)(?=[\s,;"']|$)/i.exec(read.version);
  return read === undefined || said === null ? read : { ...read, version: said[1]! };
}

function partsOf(line: string): { readonly version: string; readonly times?: number } | undefined {
  const text = line.trim().replace(/^"(.*)"$/, '$1');
  const counted = /^(\d{1,15})[\s,;:]+(\D.*|\d+|\d{1,3}\s.*bound(?:-vip)?[|_].*)$/.exec(text);
  if (counted !== null) return { version: unquoted(counted[2]!), times: Number(counted[1]) };
  const named = /^(.*\S)\s*[\s=:,;|]\s*(\d{1,15})$/.exec(text);
  if (named !== null) return { version: named[1]!.replace(/[\s=:,;|]+$/, ''), times: Number(named[2]) };
  return text === '' || text.length > 200 ? undefined : { version: text };
}

const unquoted = (text: string): string => text.replace(/^"(.*)"$/, '$1');
