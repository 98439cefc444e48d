import * as z from 'zod';
import { parseCsv } from '../../../accesslog/csv.ts';
import { parseHar } from '../../../accesslog/har.ts';
import { parseNdjson } from '../../../accesslog/ndjson.ts';
import { parseLine } from '../../../accesslog/parse-line.ts';
import type { RecordedRequest } from '../../../accesslog/recorded-request.ts';
import { duration, positive } from '../../../manifest/field.ts';
import type { Problem } from '../../../manifest/problem.ts';
import type { RequestHead } from '../../envoy/route-match.ts';
import type { TextOf, TrafficBase, TrafficKind } from './traffic-kind.ts';
import { plural } from '../../../words/number.ts';

/** A recorded stream, request by request. */
export interface ReplayTraffic extends TrafficBase {
  readonly kind: 'replay';
  /** Ascending. */
  readonly atUs: Float64Array;
  /** Index into `heads` per request. */
  readonly head: Int32Array;
  readonly heads: readonly RequestHead[];
}

const fields = {
  replay: z
    .strictObject({
      file: z.string().min(1).describe('The recording, beside the scenario.'),
      format: z
        .enum(['auto', 'log', 'har', 'csv', 'ndjson'])
        .default('auto')
        .describe("What the recording is; auto: by the file's name."),
      start: duration.default(0).describe('When its first request comes; 0s.'),
      speed: positive
        .min(0.001, 'expected at least 0.001')
        .max(1_000_000, 'expected at most 1000000')
        .default(1)
        .describe('2: twice as fast as it was recorded.'),
      only: z.string().optional().describe('Only requests whose path begins so.'),
      time: z.string().default('time').describe('CSV column of the time.'),
    })
    .describe('A recorded stream: Envoy or Istio access log, HAR, CSV.'),
};

type Settings = TextOf<typeof fields>['replay'];

/**
 * A recording -> traffic at its own times. Method, path and headers are taken where the recording has them, else from the
 * traffic entry; the Host header is always the entry's, as a recording's own names somebody's production.
 */
export const replay: TrafficKind<ReplayTraffic, TextOf<typeof fields>> = {
  field: 'replay',
  hasClients: false,
  fields,
  file: ({ replay: { file } }) => ({ name: file, path: ['replay', 'file'] }),
  build({ replay: settings }, base, recording) {
    const { file, only, start, speed } = settings;
    const { requests, unread } = readRecording(settings, recording);
    const problems: Problem[] = [];
    const say = (severity: Problem['severity'], code: string, message: string): void => {
      problems.push({ severity, code, message, file });
    };
    // Without a time, a request has no place in the stream.
    const timed = requests.filter((own) => Number.isFinite(own.startUs));
    const left = unread + requests.length - timed.length;
    if (left > 0)
      say(
        'warning',
        'MS2010',
        `${file}: ${plural(left, 'entry', 'entries')} could not be read and ${left === 1 ? 'is' : 'are'} left out`,
      );
    const wanted = timed.filter(
      (own) => only === undefined || (own.path ?? base.request.path).startsWith(only),
    );
    if (wanted.length === 0) {
      const which = only === undefined || timed.length === 0 ? '' : ` whose path begins with ${only}`;
      say('error', 'MS2009', `${file} holds no request to replay${which}`);
      return { value: undefined, problems };
    }
    wanted.sort((a, b) => a.startUs - b.startUs);
    const zeroUs = wanted[0]!.startUs;
    const atUs = Float64Array.from(wanted, (own) => start + (own.startUs - zeroUs) / speed);
    return { value: { ...base, kind: 'replay', atUs, ...headsOf(wanted, base.request) }, problems };
  },
  explain: ({ atUs }) => `replay of ${atUs.length} recorded requests`,
  scaled: (entry) => entry,
  pagesWritten: ({ atUs }) => atUs.length,
  atStart: () => undefined,
  comingSince: (entry) => entry,
  begin({ atUs, head, heads }, { simulation, kindOfEvent, classOf, openAs }) {
    const classes = heads.map(classOf);
    const kind = kindOfEvent('replay', (row, nowUs) => {
      if (row + 1 < atUs.length) simulation.schedule(atUs[row + 1]!, kind, row + 1);
      openAs(classes[head[row]!]!, nowUs);
    });
    return {
      start: () => {
        if (atUs.length > 0) simulation.schedule(atUs[0]!, kind, 0);
      },
    };
  },
};

/** What each request asks for; requests that ask for the same share a head. */
function headsOf(
  wanted: readonly RecordedRequest[],
  request: RequestHead,
): { readonly head: Int32Array; readonly heads: readonly RequestHead[] } {
  const heads: RequestHead[] = [];
  const rows = new Map<string, number>();
  const head = Int32Array.from(wanted, (own) => {
    const full: RequestHead = {
      method: own.method ?? request.method,
      path: own.path ?? request.path,
      authority: request.authority,
      headers: {
        ...request.headers,
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
  return { head, heads };
}

function readRecording(
  { file, format, time }: Settings,
  text: string,
): { readonly requests: readonly RecordedRequest[]; readonly unread: number } {
  const whole = (own: { requests: readonly RecordedRequest[]; problems: readonly unknown[] }) => ({
    requests: own.requests,
    unread: own.problems.length,
  });
  switch (format === 'auto' ? formatOf(file) : format) {
    case 'har':
      return whole(parseHar(text));
    case 'csv':
      return whole(parseCsv(text, { time }));
    case 'ndjson':
      return whole(parseNdjson(text, { time }));
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
