import { gzipSync } from 'node:zlib';

/** Istio's text lines of calls to reviews, one a second from 12:00:00 on, with these subsets. */
export const accessLogOf = (subsets: readonly string[]): string =>
  subsets
    .map((subset, second) => {
      const time = new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString();
      const cluster = `outbound|9080|${subset}|reviews.default.svc.cluster.local`;
      return `[${time}] "GET /reviews/0 HTTP/1.1" 200 - via_upstream - "-" 0 375 5 4 "-" "curl" "id" "reviews:9080" "10.44.2.1:9080" ${cluster} 10.44.1.9:30001 10.0.0.206:9080 10.44.1.9:32769 - default\n`;
    })
    .join('');

/** A line of a gateway's log: who wrote it, which request, what came of it. */
export const gatewayLine = ({
  subset,
  id,
  gateway,
  status = 200,
  flags = '-',
}: {
  readonly subset: string;
  readonly id: number;
  readonly gateway: string;
  readonly status?: number;
  readonly flags?: string;
}): string => {
  const time = new Date(Date.UTC(2026, 2, 1, 12, 0, 0, 10 * id)).toISOString();
  const cluster = subset === '' ? '-' : `outbound|9080|${subset}|reviews.default.svc.cluster.local`;
  // A proxy that answers by itself has called nobody, so that it has no address of its own to tell.
  const [upstream, own] = flags === '-' ? ['10.44.2.1:9080', `${gateway}:30001`] : ['-', '-'];
  return `[${time}] "GET /reviews/0 HTTP/1.1" ${status} ${flags} via_upstream - "-" 0 375 5 4 "10.9.9.${id % 20}" "curl" "id-${id}" "reviews:9080" "${upstream}" ${cluster} ${own} ${gateway}:8080 10.9.9.${id % 20}:32769 - default\n`;
};

/** Half and half without a rhythm: the bits of the square root of 2 after its point (OEIS A004539). */
export const half = [...'011010100000100111100110011001111111001110111100110010010000'].map((bit) =>
  bit === '1' ? 'v3' : 'v1',
);

const page = (stars: string): string =>
  stars === ''
    ? '<h4>Book Reviews</h4>'
    : `<h4>Book Reviews</h4><font color="${stars}"><span class="glyphicon glyphicon-star"></span></font>`;

const har = (stars: readonly string[]): string =>
  JSON.stringify({
    log: {
      entries: stars.map((own, second) => ({
        startedDateTime: new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString(),
        request: { method: 'GET', url: 'http://localhost/productpage', headers: [] },
        response: { status: 200, content: { text: page(own) } },
      })),
    },
  });

export const reviewsHalf = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
  - route:
    - destination: { host: reviews, subset: v1 }
      weight: 50
    - destination: { host: reviews, subset: v3 }
      weight: 50
`;

/** An instant vector of Prometheus: istio_requests_total, as productpage's sidecar counted it. */
const requestsTotal = (counts: Readonly<Record<string, number>>): string =>
  JSON.stringify({
    status: 'success',
    data: {
      resultType: 'vector',
      result: Object.entries(counts).map(([version, count]) => ({
        metric: {
          __name__: 'istio_requests_total',
          reporter: 'source',
          destination_service: 'reviews.default.svc.cluster.local',
          destination_version: version,
          response_code: '200',
        },
        value: [1772366400, String(count)],
      })),
    },
  });

/** The files that the examples of `meshshift check` name, by name. */
export const checkFiles: Readonly<Record<string, string | Uint8Array>> = {
  'productpage.log': accessLogOf(half),
  'gateway.log.gz': gzipSync(accessLogOf(half)),
  'virtual-service-reviews-50-v3.yaml': reviewsHalf,
  'reviews-pods.log': accessLogOf(half.map(() => ''))
    .split(/(?<=\n)/)
    .map(
      (line, i) =>
        `[pod/reviews-${half[i]}-84779c7bbc-abcde/istio-proxy] ${line.replace(/outbound\S+/, 'inbound|9080||')}`,
    )
    .join(''),
  'refreshes.har': har(half.map((version) => (version === 'v3' ? 'red' : ''))),
  'requests-total.json': requestsTotal({ v1: 29, v3: 31 }),
  'rates.csv': 'Time,v1,v3\n2026-03-01 12:00:00,0.5,0.5\n2026-03-01 12:01:00,0.45,0.55\n',
  'own-format.log': half
    .map(
      (version, second) =>
        `2026-03-01T12:00:${String(second).padStart(2, '0')}.000Z outbound|9080|${version}|reviews.default.svc.cluster.local 200\n`,
    )
    .join(''),
  'exports/productpage.log': accessLogOf(half),
  'exports/requests-total.json': requestsTotal({ v1: 29, v3: 31 }),
  'answers.csv': `when,answered_by,ip\n${half.map((_, i) => `${i},${i % 10 === 7 ? 'v2' : 'v1'},10.0.0.${i % 5}\n`).join('')}`,
};
