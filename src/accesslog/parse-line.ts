import { Block } from './block.ts';
import { FlatJson } from './flat-json.ts';
import { parseJsonLine } from './json-line.ts';
import type { Mutable, Unparsed } from './line-part.ts';
import { LogLine } from './log-line.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { logStart, readTextLine } from './text-line.ts';

/**
 * Lines of an access log -> their requests, or why they are none. Each line is looked at by itself, so that a file may mix:
 *
 *   Envoy's default text   [time] "GET /path HTTP/1.1" 200 - 0 178 4 3 "xff" "agent" "id" "authority" "host"
 *   Istio's default text   [time] "GET /path HTTP/1.1" 200 - via_upstream - "-" 0 178 4 3 "xff" ... "host" cluster ...
 *   Istio's JSON           {"start_time":"...","upstream_cluster":"...", ...}
 *
 * What kubectl, stern, logcli or a container runtime writes before a line is skipped. The line comes without its line end.
 * Formats: Envoy, docs/root/configuration/observability/access_log/usage.rst; Istio, pilot/pkg/model/telemetry_logging.go.
 */
export class LineReader {
  readonly #line = new LogLine();
  readonly #json = new FlatJson(this.#line);

  /** The line whose bytes stand from `from` up to `end`. Its request is there until the next line is read. */
  read(block: Block, from: number, end: number, lineNumber: number): RecordedRequest | Unparsed {
    const start = logStart(block.bytes, from, end);
    if (start < 0) return noLogLine;
    const line = this.#line;
    line.begin(block, from, end, lineNumber);
    if (block.bytes[start] === openBrace) {
      if (this.#json.read(start)) return line;
      const text = block.text(from, end);
      const labelled = behindLabels(text.slice(text.indexOf('{')), lineNumber);
      return labelled ?? parseJsonLine(text, text.indexOf('{'), lineNumber, parseLine);
    }
    const unparsed = readTextLine(line, start);
    return unparsed === undefined ? line : { unparsed };
  }
}

const openBrace = 123;

/** What logcli writes before a line: its labels, `{app="x", pod="y"} `, or none of them, `{} `. */
function behindLabels(text: string, lineNumber: number): RecordedRequest | Unparsed | undefined {
  const labels = /^\{(?:\w+="(?:[^"\\]|\\.)*"(?:, ?)?)*\}[ \t]+(?=\S)/.exec(text)?.[0];
  if (labels === undefined) return undefined;
  const read = parseLine(text.slice(labels.length), lineNumber);
  const pod = /\bpod(?:_name)?="([^"]+)"/.exec(labels)?.[1];
  return pod === undefined || 'unparsed' in read ? read : { ...read, proxy: pod };
}

const noLogLine: Unparsed = { unparsed: 'no access log line' };

/** The same for one line, whose request stays. */
export function parseLine(line: string, lineNumber: number): RecordedRequest | Unparsed {
  const block = new Block(new TextEncoder().encode(line));
  const read = reader.read(block, 0, block.bytes.length, lineNumber);
  return read instanceof LogLine ? requestOf(read) : read;
}

const reader = new LineReader();

const names = [
  'method',
  'path',
  'authority',
  'flags',
  'grpcStatus',
  'durationMs',
  'upstreamMs',
  'upstreamCluster',
  'upstreamHost',
  'client',
  'peer',
  'userAgent',
  'requestId',
  'routeName',
  'proxy',
] as const;

function requestOf(line: LogLine): RecordedRequest {
  const request: Mutable<RecordedRequest> = { startUs: line.startUs, status: line.status, line: line.line };
  for (const name of names) if (line[name] !== undefined) Object.assign(request, { [name]: line[name] });
  return request;
}
