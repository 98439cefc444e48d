import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * An access log of a product page's proxy, made by plain arithmetic: Istio's text lines, every fifth one JSON (or all of one kind), calls
 * of details between those of reviews, v1 and v3 drawn half and half. The same arguments give the same text.
 *
 *   npx tsx test/bench/make-access-log.ts 1000000000 /tmp/access.log text
 */
export function* accessLog(bytes: number, seed = 1, kind = 'mixed'): Generator<string> {
  const draw = lehmer(seed);
  let made = 0;
  // 2026-03-01T12:00:00Z
  let ms = 1_772_366_400_000;
  for (let number = 1; made < bytes; number += 1) {
    ms += Math.floor(draw() * 5);
    const isReviews = draw() < 0.5;
    const subset = draw() < 0.5 ? 'v1' : 'v3';
    const line =
      kind === 'json' || (kind === 'mixed' && number % 5 === 0)
        ? json(ms, number, isReviews, subset, draw)
        : text(ms, number, isReviews, subset, draw);
    made += line.length;
    yield line;
  }
}

/** D. H. Lehmer's multiplicative generator with the multiplier 48271 of Park and Miller (1993). */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const agent = 'python-requests/2.31.0';
const clusterOf = (isReviews: boolean, subset: string): string =>
  isReviews
    ? `outbound|9080|${subset}|reviews.default.svc.cluster.local`
    : 'outbound|9080||details.default.svc.cluster.local';
const idOf = (number: number): string =>
  `${number.toString(16).padStart(8, '0')}-6d84-929d-98bd-c5aee93b5c88`;

function text(ms: number, number: number, isReviews: boolean, subset: string, draw: () => number): string {
  const name = isReviews ? 'reviews' : 'details';
  const duration = 2 + Math.floor(draw() * 30);
  const peer = `10.44.1.${Math.floor(draw() * 200)}`;
  return (
    `[${new Date(ms).toISOString()}] "GET /${name}/0 HTTP/1.1" 200 - via_upstream - "-" 0 375 ${duration} ${duration - 1} "-" ` +
    `"${agent}" "${idOf(number)}" "${name}:9080" "10.44.2.${number % 7}:9080" ${clusterOf(isReviews, subset)} ` +
    `${peer}:${30000 + (number % 20000)} 10.0.0.206:9080 ${peer}:${32768 + (number % 9999)} - default\n`
  );
}

function json(ms: number, number: number, isReviews: boolean, subset: string, draw: () => number): string {
  const name = isReviews ? 'reviews' : 'details';
  const peer = `10.44.1.${Math.floor(draw() * 200)}`;
  const fields = {
    start_time: new Date(ms).toISOString(),
    method: 'GET',
    path: `/${name}/0`,
    protocol: 'HTTP/1.1',
    response_code: 200,
    response_flags: '-',
    response_code_details: 'via_upstream',
    bytes_sent: 375,
    duration: 2 + Math.floor(draw() * 30),
    user_agent: agent,
    request_id: idOf(number),
    authority: `${name}:9080`,
    upstream_host: `10.44.2.${number % 7}:9080`,
    upstream_cluster: clusterOf(isReviews, subset),
    downstream_remote_address: `${peer}:${32768 + (number % 9999)}`,
    route_name: 'default',
  };
  return `${JSON.stringify(fields)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = createWriteStream(process.argv[3] ?? 'access.log');
  let block = '';
  for (const line of accessLog(Number(process.argv[2] ?? 1e9), 1, process.argv[4])) {
    block += line;
    if (block.length > 1 << 20) {
      if (!out.write(block)) await once(out, 'drain');
      block = '';
    }
  }
  out.end(block);
}
