import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { accessLogOf, gatewayLine, half } from '../../support/check-files.ts';
import { check } from '../../support/check-run.ts';

const lines = accessLogOf(half)
  .trimEnd()
  .split('\n')
  .map((line, place) => line.replace('"id"', `"id-${place}"`));
const wanted = {
  v1: half.filter((own) => own === 'v1').length,
  v3: half.filter((own) => own === 'v3').length,
};
const iso = (place: number): string => new Date(Date.UTC(2026, 2, 1, 12, 0, place)).toISOString();
const cluster = (version: string): string => `outbound|9080|${version}|reviews.default.svc.cluster.local`;
const podOf = (version: string): string => `reviews-${version}-545db77b95-abcde`;
const each = (make: (version: string, place: number) => string): string => `${half.map(make).join('\n')}\n`;
const cri = (place: number, tag: string, text: string, stream = 'stdout'): string =>
  `${iso(place).replace('Z', '123456Z')} ${stream} ${tag} ${text}`;

const reviews = (version: string): object => ({
  id: '0',
  podname: podOf(version),
  clustername: 'null',
  reviews: [1, 2].map((own) => ({
    reviewer: `Reviewer${own}`,
    text: 'An "extremely" {entertaining} play',
    ...(version === 'v1' ? {} : { rating: { stars: 5, color: version === 'v2' ? 'black' : 'red' } }),
  })),
});
const { podname: _pod, clustername: _cluster, ...old } = reviews('v3') as Record<string, unknown>;
const oldReviews = (version: string): object =>
  version === 'v1' ? { ...reviews('v1'), podname: undefined } : old;
const page = (version: string): string =>
  `<!DOCTYPE html>\n<html>\n<body><h4>Book Reviews</h4>${version === 'v3' ? '<font color="red"><span class="glyphicon glyphicon-star"></span></font>' : ''}</body>\n</html>\n`;

const forms: Readonly<Record<string, string>> = {
  'a container runtime, whole lines': each((_, i) => cri(i, 'F', lines[i]!)),
  'a container runtime, lines in parts between lines of the other stream': lines
    .map((line, i) =>
      [
        cri(i, 'P', line.slice(0, 60)),
        cri(i, 'F', 'warning: something', 'stderr'),
        cri(i, 'P', line.slice(60, 200)),
        cri(i, 'F', line.slice(200)),
      ].join('\n'),
    )
    .join('\n'),
  'logcli as it prints': each((_, i) => `${iso(i)} {app="productpage", pod="productpage-v1-x"} ${lines[i]!}`),
  'logcli, all labels common': `Common labels: {app="productpage"}\n${each((_, i) => `${iso(i)} {} ${lines[i]!}`)}`,
  'logcli --output raw': lines.join('\n'),
  'aws logs tail': each((_, i) => `${iso(i)} productpage-v1-x ${lines[i]!}`),
  'kubectl with a word before': `Defaulted container "istio-proxy" out of: istio-proxy, productpage\n${lines.join('\n')}`,
  'kubectl logs --prefix': each((_, i) => `[pod/productpage-v1-x/istio-proxy] ${lines[i]!}`),
  'kubectl logs --timestamps': each((_, i) => `${iso(i).replace('Z', '456789Z')} ${lines[i]!}`),
  'kubectl logs --prefix --timestamps': each(
    (_, i) => `[pod/productpage-v1-x/istio-proxy] ${iso(i).replace('Z', '456789Z')} ${lines[i]!}`,
  ),
  'stern in colour': each(
    (_, i) => `\u001B[32mproductpage-v1-x\u001B[0m \u001B[36mistio-proxy\u001B[0m ${lines[i]!}`,
  ),
  'stern, namespace and arrows': each(
    (_, i) => `default \u203A productpage-v1-x \u203A istio-proxy | ${lines[i]!}`,
  ),
  kubetail: each((_, i) => `\u001B[1;34m[productpage-v1-x istio-proxy]\u001B[0m ${lines[i]!}`),
  journalctl: each(
    (_, i) => `Mar 01 12:00:${String(i).padStart(2, '0')} node-1 k8s_istio-proxy[1183]: ${lines[i]!}`,
  ),
  'syslog (RFC 5424)': each((_, i) => `<14>1 ${iso(i)} node-1 istio-proxy 991 - - ${lines[i]!}`),
  'answers of helloworld': each(
    (version) => `Hello version: ${version}, instance: helloworld-${version}-867747c89-abcde`,
  ),
  'uniq -c of answers of helloworld':
    '     29 Hello version: v1, instance: helloworld-v1-867747c89-abcde\n     31 Hello version: v3, instance: helloworld-v3-867747c89-xyz12\n',
  "a proxy's /stats": `cluster.agent.upstream_rq_total: 4\ncluster.${cluster('v1')};.upstream_cx_total: 3\ncluster.${cluster('v1')};.upstream_rq_200: 29\ncluster.${cluster('v1')};.upstream_rq_total: 29\ncluster.${cluster('v3')}.upstream_rq_total: 31\nserver.uptime: 90\n`,
  "a proxy's /clusters": ['v1', 'v3']
    .map((version) =>
      [
        `${cluster(version)}::observability_name::${cluster(version)};`,
        `${cluster(version)}::default_priority::max_requests::4294967295`,
        ...[
          ['10.44.2.1:9080', version === 'v1' ? 20 : 31],
          ['10.44.2.2:9080', version === 'v1' ? 9 : 0],
        ].flatMap(([address, total]) =>
          [
            'cx_total::5',
            'rq_error::0',
            `rq_success::${total}`,
            `rq_total::${total}`,
            'health_flags::healthy',
          ].map((own) => `${cluster(version)}::${address}::${own}`),
        ),
      ].join('\n'),
    )
    .join('\n'),
  'a table of lines under a heading of its own': `when,raw_log\n${each((_, i) => `${iso(i)},"${lines[i]!.replaceAll('"', '""')}"`)}`,
  'a table of lines beside the pod that wrote them': `TimeGenerated [UTC],PodName,LogMessage\n${each((_, i) => `"3/1/2026, 12:00:00.000 PM",productpage-v1-5d9b4f66f7-x7k2p,"${lines[i]!.replaceAll('"', '""')}"`)}`,
  'uniq -c of versions': '     29 v1\n     31 v3\n',
  'uniq -c of pods': `     29 ${podOf('v1')}\n     31 ${podOf('v3')}\n`,
  'uniq -c of clusters': `     29 ${cluster('v1')}\n     31 ${cluster('v3')}\n      7 outbound|9080|v1|ratings.default.svc.cluster.local\n`,
  'uniq -c of quoted clusters': `     29 "${cluster('v1')}"\n     31 "${cluster('v3')}"\n`,
  'uniq -c of codes and clusters': `     29 200 ${cluster('v1')}\n     31 200 ${cluster('v3')}\n`,
  'a column of pods': each(podOf),
  'a column of pods under a heading': `POD\n${each(podOf)}`,
  'a column of clusters': each(cluster),
  'a column of colours': each((version) => (version === 'v3' ? 'red' : 'none')),
  'answers of reviews, a line each': each((version) => JSON.stringify(reviews(version))),
  'answers of reviews without anything between': half
    .map((version) => JSON.stringify(reviews(version)))
    .join(''),
  'answers of reviews, printed': half.map((version) => JSON.stringify(reviews(version), null, 2)).join('\n'),
  'answers of reviews, codes behind': each((version) => `${JSON.stringify(reviews(version))}200`),
  'answers of reviews with headers': half
    .map(
      (version) =>
        `HTTP/1.1 200 OK\r\nx-powered-by: Servlet/3.1\r\ndate: Sun, 01 Mar 2026 12:00:00 GMT\r\n\r\n${JSON.stringify(reviews(version))}`,
    )
    .join(''),
  'answers of older reviews, by their stars': each((version) => JSON.stringify(oldReviews(version))),
  'pages of a loop': half.map(page).join(''),
  'a table of lines, of CloudWatch': `@timestamp,@message\n${each((_, i) => `${iso(i)},"${lines[i]!.replaceAll('"', '""')}"`)}`,
  'a table of lines, of Grafana': `"Date","Line","pod"\n${each((_, i) => `"${iso(i)}","${lines[i]!.replaceAll('"', '""')}","p"`)}`,
  'a table with dotted columns, of Kibana': `"@timestamp","json.upstream_cluster","json.response_code"\n${each((version, i) => `"${iso(i)}","${cluster(version)}","200"`)}`,
  'a table with a heading': `time,version\n${each((version, i) => `${iso(i)},${version}`)}`,
  'a table without one': each((version, i) => `${iso(i)},${version}`),
  'a table with semicolons, as told to a spreadsheet': `sep=;\ntime;version\n${each((version, i) => `${iso(i)};${version}`)}`,
  'numbers by version, of Grafana':
    '"Time","v1","v3"\n"2026-03-01 12:00:00","100","4"\n"2026-03-01 12:01:00","115","20"\n"2026-03-01 12:02:00","129","35"\n',
  'numbers by labels':
    'Time,"{destination_version=""v1""}","{destination_version=""v3""}"\n1772366400000,100,4\n1772366460000,129,35\n',
  'numbers in rows': 'Time;destination_version;Value\n2026-03-01 12:00:00;v1;29\n2026-03-01 12:00:00;v3;31\n',
  'lines of a format of its own, with a cluster in it': each(
    (version, i) => `${iso(i)} | GET /reviews/0 | 200 | ${cluster(version)} | 5ms`,
  ),
};

describe.each(Object.entries(forms))('%s', (_, text) => {
  test.each([
    { name: 'seen.txt', form: 'as it came', data: text },
    {
      name: 'seen',
      form: 'with a byte order mark and CRLF',
      data: `\uFEFF${text.replaceAll(/\r?\n/g, '\r\n')}`,
    },
    { name: 'seen.log', form: 'packed', data: gzipSync(text) },
  ])('$form', async ({ name, data }) => {
    const { counts, errors } = await check({ [name]: data });
    expect(errors).toBe('');
    expect(counts).toEqual(wanted);
  });
});

test('a table with the numbers of one version is one, too', async () => {
  const text = '"Time","v3"\n"2026-03-01 12:00:00","100"\n"2026-03-01 12:01:00","131"\n';
  expect((await check({ 'panel.csv': text })).counts).toEqual({ v3: 31 });
});

test('requests for which no version was chosen are counted one by one', async () => {
  const lost = [1, 2, 3].map((id) =>
    gatewayLine({ subset: '', id: 100 + id, gateway: '10.1.1.1', status: 404, flags: 'NR' }),
  );
  const { unrouted } = await check({ 'a.log': `${lines.join('\n')}\n${lost.join('')}` });
  expect(unrouted).toEqual({ '404 NR': 3 });
});

test('half of the pages being 404, as no route takes them, is no tick; a site that nobody has is nobody’s failure', async () => {
  const lost = (authority: string): string =>
    Array.from({ length: 60 }, (_, id) =>
      gatewayLine({ subset: '', id: 100 + id, gateway: '10.1.1.1', status: 404, flags: 'NR' }).replace(
        'reviews:9080',
        authority,
      ),
    ).join('');
  const of = (authority: string) =>
    check({ 'a.log': `${lines.join('\n')}\n${lost(authority)}` }, [
      ...['--weights', 'v1=50,v3=50', '--fail-on', 'fault'],
    ]);
  expect(await of('Reviews:9080')).toMatchObject({ unrouted: { '404 NR': 60 }, code: 4 });
  expect(await of('wp-login.example')).toMatchObject({ unrouted: {}, code: 0 });
});

test('rates of a graph are requests a second from one row to the next', async () => {
  const text =
    '"Time","v1","v3"\n"2026-03-01 12:00:00","0.5 req/s","0.5 req/s"\n"2026-03-01 12:01:00","1 req/s",""\n"2026-03-01 12:02:00","0.25 req/s","1.5 req/s"\n';
  // 60 x (0.5 + 1 + 0.25); of v3 a row is missing, so that the last rate holds from the one before it: 120 x (0.5 + 1.5).
  expect((await check({ 'panel.csv': text })).counts).toEqual({ v1: 105, v3: 240 });
});

test('numbers of a graph without a unit are taken for the fewest requests that they can mean', async () => {
  const text = 'Time,v1,v3\n2026-03-01T12:00:00Z,31.5,28.5\n2026-03-01T12:01:00Z,30.5,29.5\n';
  const { counts, notes } = await check({ 'panel.csv': text });
  expect(counts).toEqual({ v1: 31, v3: 29 });
  expect(notes).toMatch(/--values rate/);
});

const formats: readonly {
  readonly format: string;
  readonly line: (version: string, place: number) => string;
}[] = [
  {
    format:
      '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_CLUSTER%',
    line: (version, i) =>
      `[${iso(i)}] "GET /reviews/0 HTTP/1.1" ${i === 3 ? '503 UH' : '200 -'} ${cluster(version)}`,
  },
  {
    format: '%START_TIME(%d/%b/%Y %H:%M:%S.%3f %z)% %UPSTREAM_CLUSTER% %RESPONSE_CODE% %RESPONSE_FLAGS%\\n',
    line: (version, i) =>
      `01/Mar/2026 12:00:${String(i).padStart(2, '0')}.250 +0000 ${cluster(version)} ${i === 3 ? '503 UH' : '200 -'}`,
  },
  {
    format:
      'c=%UPSTREAM_CLUSTER%|ua="%REQ(USER-AGENT):20%"|code=%RESPONSE_CODE%|f=%RESPONSE_FLAGS%|t=%START_TIME(%s.%3f)%',
    line: (version, i) =>
      `c=${cluster(version)}|ua="curl | jq"|code=${i === 3 ? '503' : '200'}|f=${i === 3 ? 'UH' : '-'}|t=17723664${String(i).padStart(2, '0')}.125`,
  },
  {
    format:
      '{"when": "%START_TIME%", "to": {"cluster": "%UPSTREAM_CLUSTER%"}, "status": "%RESPONSE_CODE%", "why": "%RESPONSE_FLAGS%"}',
    line: (version, i) =>
      JSON.stringify({
        status: i === 3 ? 503 : 200,
        to: { cluster: cluster(version) },
        when: iso(i),
        why: i === 3 ? 'UH' : null,
      }),
  },
  {
    format: '%RESPONSE_CODE% %RESPONSE_FLAGS% %RESP(X-APP-VERSION)%',
    line: (version, i) => `${i === 3 ? '503 UH' : '200 -'} ${version}`,
  },
];

test.each(formats)('lines of $format', async ({ format, line }) => {
  const { counts, failing, unparsed } = await check({ 'own.log': `${each(line)}garbage\n` }, [
    '--weights',
    'v1=50,v3=50',
    '--envoy-format',
    format,
  ]);
  expect(counts).toEqual(wanted);
  expect(unparsed).toBe(1);
  expect(failing).toMatchObject([{ failed: 1 }]);
});

test('a format that can not be read says why', async () => {
  const say = async (format: string): Promise<string> =>
    (await check({ 'own.log': 'x\n' }, ['--weights', 'v1=50,v3=50', '--envoy-format', format])).errors;
  expect(await say('$request $status')).toMatch(/command operators/);
  expect(await say('%RESPONSE_CODE%%UPSTREAM_CLUSTER%')).toMatch(/nothing stands between its fields 1 and 2/);
});

test('what Envoy tells of its clusters in its own log is no request', async () => {
  const text = `2026-03-01T12:00:00.000Z\tinfo\tcluster add ${cluster('v1')} GET\n[2026-03-01 12:00:00.000][15][debug][router] cluster '${cluster('v1')}' match for URL '/reviews/0' GET 200\n`;
  expect((await check({ 'a.log': text + lines.join('\n') })).counts).toEqual(wanted);
});

test('answers without a version are told apart: errors in place of reviews, ratings that failed', async () => {
  const text = [
    ...half.map((version) => JSON.stringify(reviews(version))),
    '{"error":"Sorry, product reviews are currently unavailable for this book."}',
    JSON.stringify({
      id: '0',
      reviews: [{ reviewer: 'a', rating: { error: 'Ratings service is currently unavailable' } }],
    }),
    'no healthy upstream',
  ].join('\n');
  const { counts, leftOut } = await check({ 'loop.txt': text });
  expect(counts).toEqual(wanted);
  expect(leftOut).toEqual({
    'that showed an error in place of the reviews': 2,
    'whose page does not tell the version (its ratings had failed)': 1,
  });
});
