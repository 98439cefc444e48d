import type { Unparsed } from './line-part.ts';
import type { RecordedRequest } from './recorded-request.ts';

/** A line of a list of versions: a count and a name (`sort | uniq -c`), a name and a count, or one name for one request. */
export function parseTallyLine(line: string, lineNumber: number): RecordedRequest | Unparsed {
  const read = tallyParts(line);
  return read === undefined
    ? { unparsed: 'no count and version' }
    : {
        startUs: Number.NaN,
        version: read.version,
        ...(read.times === undefined ? {} : { times: read.times }),
        line: lineNumber,
      };
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
  const text = line.trim();
  const counted = /^(\d{1,15})[\s,;:]+(\D.*|\d+)$/.exec(text);
  if (counted !== null) return { version: counted[2]!, times: Number(counted[1]) };
  const named = /^(.*\S)\s*[\s=:,;|]\s*(\d{1,15})$/.exec(text);
  if (named !== null) return { version: named[1]!.replace(/[\s=:,;|]+$/, ''), times: Number(named[2]) };
  return text === '' || text.length > 200 ? undefined : { version: text };
}
