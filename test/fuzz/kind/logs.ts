import { meshshift } from '../../support/io.ts';
import { mutated } from '../mutate.ts';
import { nastyWords, rawControl } from '../nasty.ts';
import type { Random } from '../random.ts';
import { linesOf, must, wordsOf, type FuzzKind } from './fuzz-kind.ts';

const line = (at: number, version: string): string =>
  `[2026-05-01T10:00:${String(at % 60).padStart(2, '0')}.${String(at % 1000).padStart(3, '0')}Z] "GET /reviews/0 HTTP/1.1" 200 - via_upstream - "-" 0 379 24 23 "-" "curl/8" "id-${at}" "reviews:9080" "10.0.0.1:9080" outbound|9080|${version}|reviews.default.svc.cluster.local 10.0.0.2:5000 10.0.0.3:9080 10.0.0.4:4000 - default`;

const formats: readonly ((rows: readonly string[]) => string)[] = [
  (rows) => rows.map((version, at) => line(at, version)).join('\n'),
  (rows) => ['time,version,status', ...rows.map((version, at) => `${at},${version},200`)].join('\n'),
  (rows) =>
    rows
      .map((version, at) =>
        JSON.stringify({
          start_time: `2026-05-01T10:00:${String(at % 60).padStart(2, '0')}Z`,
          upstream_cluster: `outbound|9080|${version}|reviews.default.svc.cluster.local`,
          response_code: 200,
          authority: 'reviews:9080',
        }),
      )
      .join('\n'),
  (rows) =>
    JSON.stringify(
      {
        log: {
          version: '1.2',
          entries: rows.map((version, at) => ({
            startedDateTime: new Date(1.7e12 + at * 1000).toISOString(),
            time: 12,
            request: { method: 'GET', url: 'http://books/productpage', headers: [] },
            response: { status: 200, content: { text: `reviews ${version} glyphicon-star` }, headers: [] },
          })),
        },
      },
      null,
      1,
    ),
];

const options = (random: Random): string[] => [
  ...(random.chance(0.7) ? ['--weights', random.pick(['v1=50,v3=50', '90/10', ...nastyWords])] : []),
  ...(random.chance(0.2) ? ['--format', random.pick(['log', 'csv', 'har', 'ndjson', 'json'])] : []),
  ...(random.chance(0.2)
    ? ['--subset-pattern', random.pick(['reviews (v\\d)', '(v[0-9]+)', '(a+)+$', '('])]
    : []),
  ...(random.chance(0.2) ? ['-o', random.pick(['json', 'yaml', 'text'])] : []),
];

/** Logs of others: read, left out by the line, or refused; no byte of theirs moves the cursor. */
export const logs: FuzzKind = {
  make(random) {
    const rows = Array.from({ length: random.between(1, 40) }, () => random.pick(['v1', 'v3']));
    const whole = random.pick(formats)(rows);
    return {
      words: linesOf(['check', '-', ...options(random)]),
      stdin: random.chance(0.95) ? mutated(whole, random) : whole,
    };
  },
  async try(input) {
    const { code, out, err } = await meshshift(wordsOf(input['words']!), input['stdin']!);
    must(code !== 1, `internal error: ${err}`);
    must(!rawControl.test(out + err), 'a control character reaches the terminal');
    return `${code}\n${out}\n${err}`;
  },
};
