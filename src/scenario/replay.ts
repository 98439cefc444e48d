import { parseCsv } from '../accesslog/csv.ts';
import { parseHar } from '../accesslog/har.ts';
import { parseNdjson } from '../accesslog/ndjson.ts';
import { parseLine } from '../accesslog/parse-line.ts';
import type { RecordedRequest } from '../accesslog/recorded-request.ts';
import type { Checked, Problem } from '../manifest/problem.ts';
import type { RequestHead } from '../mesh/envoy/route-match.ts';
import type { Traffic } from '../mesh/app/traffic.ts';

export interface ReplaySettings {
  readonly file: string;
  readonly format: 'auto' | 'log' | 'har' | 'csv' | 'ndjson';
  /** When its first request comes, in microseconds of the run. */
  readonly start: number;
  /** 2: twice as fast as it was recorded. */
  readonly speed: number;
  readonly only?: string | undefined;
  readonly time: string;
}

type Common = Pick<Traffic, 'name' | 'request' | 'port'>;

/**
 * A recording -> traffic at its own times. Method, path and headers are taken where the recording has them, else from the
 * traffic entry; the Host header is always the entry's, as a recording's own names somebody's production.
 */
export function loadReplay(common: Common, settings: ReplaySettings, text: string): Checked<Traffic> {
  const { requests, unread } = readRecording(settings, text);
  const problems: Problem[] = [];
  const say = (severity: Problem['severity'], code: string, message: string): void => {
    problems.push({ severity, code, message, file: settings.file });
  };
  if (unread > 0)
    say('warning', 'MS2010', `${settings.file}: ${unread} entries could not be read and are left out`);
  const { only } = settings;
  const wanted = requests.filter(
    (own) => only === undefined || (own.path ?? common.request.path).startsWith(only),
  );
  if (wanted.length === 0) {
    say(
      'error',
      'MS2009',
      `${settings.file} holds no request to replay${only === undefined || requests.length === 0 ? '' : ` whose path begins with ${only}`}`,
    );
    return { value: undefined, problems };
  }
  wanted.sort((a, b) => a.startUs - b.startUs);
  const zeroUs = wanted[0]!.startUs;
  const heads: RequestHead[] = [];
  const rows = new Map<string, number>();
  const head = Int32Array.from(wanted, (own) => {
    const full: RequestHead = {
      method: own.method ?? common.request.method,
      path: own.path ?? common.request.path,
      authority: common.request.authority,
      headers: {
        ...common.request.headers,
        ...own.headers,
        ...(own.userAgent === undefined ? {} : { 'user-agent': own.userAgent }),
      },
    };
    const key = JSON.stringify(full);
    let row = rows.get(key);
    if (row === undefined) {
      row = heads.push(full) - 1;
      rows.set(key, row);
    }
    return row;
  });
  const atUs = Float64Array.from(wanted, (own) => settings.start + (own.startUs - zeroUs) / settings.speed);
  return { value: { ...common, kind: 'replay', atUs, head, heads }, problems };
}

function readRecording(
  settings: ReplaySettings,
  text: string,
): { requests: RecordedRequest[]; unread: number } {
  switch (settings.format === 'auto' ? formatOf(settings.file) : settings.format) {
    case 'har': {
      const { requests, problems } = parseHar(text);
      return { requests: [...requests], unread: problems.length };
    }
    case 'csv': {
      const { requests, problems } = parseCsv(text, { time: settings.time });
      return { requests: [...requests], unread: problems.length };
    }
    case 'ndjson': {
      const { requests, problems } = parseNdjson(text, { time: settings.time });
      return { requests: [...requests], unread: problems.length };
    }
    default: {
      const requests: RecordedRequest[] = [];
      let unread = 0;
      text.split('\n').forEach((line, index) => {
        if (line.trim() === '') return;
        const parsed = parseLine(line.replace(/\r$/, ''), index + 1);
        if ('unparsed' in parsed) unread += 1;
        else requests.push(parsed);
      });
      return { requests, unread };
    }
  }
}

function formatOf(file: string): 'log' | 'har' | 'csv' {
  if (file.endsWith('.har')) return 'har';
  return file.endsWith('.csv') ? 'csv' : 'log';
}
