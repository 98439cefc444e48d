import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { half } from '../../support/check-files.ts';
import { check as checkFiles, type Checked } from '../../support/check-run.ts';
import { FakeHost } from '../../support/fake-host.ts';

const weights = ['--weights', 'v1=50,v3=50', '--fail-on', 'fault'];

/** Sixty choices without a rhythm, 29 of v1 and 31 of v3. */
const each = (line: (version: string, index: number) => string): string => half.map(line).join('');

const iso = (index: number): string => new Date(Date.UTC(2026, 10, 4, 10, 0, index)).toISOString();

/** A line in Istio's text format; without a version the proxy had no cluster. */
const lineOf = (
  version: string,
  index: number,
  {
    end = '200 - via_upstream',
    request = 'GET /reviews/0 HTTP/1.1',
    authority = 'reviews:9080',
    service = 'reviews',
  } = {},
): string =>
  `[${iso(index)}] "${request}" ${end} - "-" 0 375 4 3 "-" "curl/8.1" "id-${version}-${index}" "${authority}" "10.244.1.11:9080" ${version === '' ? '-' : `outbound|9080|${version}|${service}.default.svc.cluster.local`} 10.244.1.20:48888 10.96.9.9:9080 10.244.1.20:40222 - default\n`;

/** Of v3 every request ended so. */
const endedOfV3 = (end: string): string =>
  each((version, i) => lineOf(version, i, version === 'v3' ? { end } : {}));

const check = (log: string, words: readonly string[] = []): Promise<Checked> =>
  checkFiles({ 'a.log': log }, [...weights, ...words]);

async function said(
  files: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): Promise<FakeHost> {
  const io = new FakeHost(files);
  await runProgram(['check', ...Object.keys(files), ...weights, ...words], io);
  return io;
}
const flat = (io: FakeHost): string => io.out.replaceAll(/\s+/g, ' ');

describe('what a proxy gave up or refused fails, whatever the status is', () => {
  // Envoy, access log usage, RESPONSE_FLAGS: what is set behind the first byte of an answer finds its status sent.
  test.each([
    { end: '200 UC upstream_reset_after_response_started{connection_termination}', because: 'cut off' },
    { end: '200 UR upstream_reset_after_response_started{remote_reset}', because: 'cut off' },
    { end: '200 UPE upstream_reset_after_response_started{protocol_error}', because: 'cut off' },
    { end: '200 UT response_timeout', because: 'the timeout passed while the body came' },
    { end: '200 SI stream_idle_timeout', because: 'nothing came any more' },
    { end: '200 UMSDR upstream_max_stream_duration_reached', because: 'it took too long' },
    { end: '200 LR upstream_reset_after_response_started{local_reset}', because: 'cut off' },
    { end: '429 FI fault_filter_abort', because: 'the fault filter answered' },
    { end: '429 RL local_rate_limited', because: 'a rate limit of the mesh' },
    { end: '429 RLSE rate_limiter_error', because: 'a rate limit that was not there' },
    { end: '403 UAEX ext_authz_denied', because: 'the authorization service refused' },
    { end: '408 SI stream_idle_timeout', because: 'the proxy waited in vain' },
    { end: '400 DPE http1.codec_error', because: 'the proxy did not understand' },
    { end: '200 UF,URX -', because: 'one of two flags' },
  ])('$end: $because', async ({ end }) => {
    const { failing, code } = await check(endedOfV3(end));
    expect(failing).toMatchObject([{ key: 'v3', failed: 31 }]);
    expect(code).toBe(4);
  });

  test.each([
    { end: '200 DI via_upstream', because: 'only delayed' },
    { end: '302 UAEX ext_authz_denied', because: 'the authorization service sends to its login' },
    {
      end: '101 UC upstream_reset_after_response_started{connection_termination}',
      because: 'a WebSocket ended',
    },
  ])('$end is none: $because', async ({ end }) => {
    expect(await check(endedOfV3(end))).toMatchObject({ failing: [], kind: 'chance', code: 0 });
  });
});

describe('a connection that is no HTTP', () => {
  const tcp = (flags: string) =>
    check(
      each((version, i) =>
        lineOf(version, i, {
          end: `0 ${version === 'v3' ? flags : '-'} -`,
          request: '- - -',
          authority: '-',
          service: 'tcp-echo',
        }),
      ),
    );

  // tcp_proxy has no response: %RESPONSE_CODE% is 0 of each connection.
  test.each(['-', 'DC'])('has status 0 in health, too (flags %s)', async (flags) => {
    expect(await tcp(flags)).toMatchObject({ failing: [], kind: 'chance', code: 0 });
  });
  test.each(['UF', 'UH', 'UF,URX', 'UC', 'UO', 'NC'])('fails by its flags: %s', async (flags) => {
    expect(await tcp(flags)).toMatchObject({ failing: [{ key: 'v3', failed: 31 }], code: 4 });
  });
  test('reads the same in JSON', async () => {
    const { failing, code } = await check(
      each(
        (version, i) =>
          `${JSON.stringify({
            start_time: iso(i),
            method: null,
            path: null,
            protocol: null,
            response_code: 0,
            response_flags: '-',
            duration: 1003,
            authority: null,
            request_id: null,
            upstream_host: '10.244.1.31:9000',
            upstream_cluster: `outbound|9000|${version}|tcp-echo.default.svc.cluster.local`,
          })}\n`,
      ),
    );
    expect({ failing, code }).toEqual({ failing: [], code: 0 });
  });
});

describe('answers that a service is free to give', () => {
  test('are told where one version gives them and the other none', async () => {
    const io = await said({ 'a.log': endedOfV3('404 - via_upstream') });
    expect(flat(io)).toMatch(
      /^✗ v3: all 31 requests ended with 404; of the other versions 0 of 29 ended so\./,
    );
    expect(io.code).toBe(4);
  });

  // Of 60 requests 20 each third: 9 or 10 of 29 and 10 or 11 of 31, as alike as can be.
  test('are no matter where all versions give them', async () => {
    const log = each((version, i) => lineOf(version, i, i % 3 === 0 ? { end: '404 - via_upstream' } : {}));
    expect(await check(log)).toMatchObject({ failing: [], kind: 'chance', code: 0 });
  });

  test('a caller that went away is not charged to the version, unless it loses far more of them', async () => {
    const gone = '0 DC downstream_remote_disconnect';
    const few = each((version, i) => lineOf(version, i, [2, 5, 9].includes(i) ? { end: gone } : {}));
    expect(await check(few)).toMatchObject({ failing: [], code: 0 });
    const io = await said({ 'a.log': endedOfV3(gone) });
    expect(flat(io)).toMatch(/^✗ v3: all 31 requests ended with 0 DC; .*DC: the caller’s connection ended/);
    expect(io.code).toBe(4);
  });
});

test('failures that are few of each version are added up', async () => {
  // Clopper and Pearson's 99 % interval of 2 of 60 begins at 0.17 %, above one in a thousand; of 1 of 29 at 0.017 %.
  const firsts = [half.indexOf('v1'), half.indexOf('v3')];
  const log = each((version, i) => lineOf(version, i, firsts.includes(i) ? { end: '503 UC -' } : {}));
  const io = await said({ 'a.log': log });
  expect(flat(io)).toMatch(/^✗ Of all versions together 2 of 60 requests failed: 503 UC\./);
  expect(io.code).toBe(4);
});

describe('failures before a version was chosen', () => {
  const nc = { end: '503 NC cluster_not_found' };
  const nr = { end: '404 NR route_not_found' };
  const shop = {
    authority: 'shop.example.com',
    service: 'productpage',
    request: 'GET /productpage HTTP/1.1',
  };
  const lost = (how: Parameters<typeof lineOf>[2]): string => each((_, i) => lineOf('', i, how));

  test.each([
    { own: {}, fails: { ...nc, authority: 'details:9080' }, because: 'another service' },
    {
      own: shop,
      fails: { end: '503 - direct_response', authority: 'old.example.com' },
      because: 'another site',
    },
    {
      own: shop,
      fails: { ...shop, ...nr, request: 'GET /favicon.ico HTTP/1.1' },
      because: 'a path of nobody',
    },
    { own: shop, fails: { ...shop, ...nr, request: 'GET /.env HTTP/1.1' }, because: 'a path of nobody' },
  ])('are not counted that were for $because: $fails.end', async ({ own, fails }) => {
    const log = each((version, i) => lineOf(version, i, own)) + lost(fails);
    expect(await check(log)).toMatchObject({ unrouted: {}, code: 0 });
  });

  test.each([
    { end: '503 NC', fails: { ...shop, ...nc } },
    { end: '404 NR', fails: { ...shop, ...nr, request: 'GET /productpage?u=test HTTP/1.1' } },
  ])('count by the host and path that others were routed with: $end', async ({ end, fails }) => {
    const log = each((version, i) => lineOf(version, i, shop)) + lost(fails);
    expect(await check(log, ['--host', 'productpage'])).toMatchObject({ unrouted: { [end]: 60 }, code: 4 });
  });

  test('of a site that several services share count by their path alone', async () => {
    const api = { ...shop, service: 'api', request: 'GET /api HTTP/1.1' };
    const both = each((version, i) => lineOf(version, i, shop) + lineOf('', i, { ...api, ...nc }));
    const log = `${lineOf('v1', 0, api)}${both}`;
    expect(await check(log, ['--host', 'productpage'])).toMatchObject({ unrouted: {}, code: 0 });
  });

  test('count where a version is looked for by a pattern', async () => {
    const log = each((version, i) => lineOf(version, i)) + lost(nc);
    const found = await check(log, ['--subset-pattern', '\\|(v\\d+)\\|']);
    expect(found).toMatchObject({ unrouted: { '503 NC': 60 }, code: 4 });
  });

  test('count once in a log that is given twice', async () => {
    const log = each((version, i) => lineOf(version, i)) + lineOf('', 100, nc) + lineOf('', 101, nc);
    const { unrouted } = await checkFiles({ 'a.log': log, 'b.log': log }, weights);
    expect(unrouted).toEqual({ '503 NC': 2 });
  });

  test.each([{ words: [] }, { words: ['--host', 'reviews'] }])(
    'are the answer where all failed ($words)',
    async ({ words }) => {
      const io = await said({ 'a.log': lost(nc) }, words);
      expect(flat(io)).toMatch(/^✗ Before a version was chosen all 60 requests failed: 503 NC\./);
      expect(io.code).toBe(4);
    },
  );

  test('are a note, not the answer, where they are as few as a run tolerates', async () => {
    // 1 of 61: the 99 % interval begins at 0.005 / 61, below one in a thousand.
    const io = await said({ 'a.log': each((version, i) => lineOf(version, i)) + lineOf('', 5000, nc) });
    expect(flat(io)).toMatch(/^✓ 29 of v1, 31 of v3: chance\./);
    expect(flat(io)).toContain('Before a version was chosen 1 of 61 requests failed: 503 NC.');
    expect(io.code).toBe(0);
  });

  test('lead the page, too', async () => {
    const log = each((version, i) => lineOf(version, i)) + lost(nc);
    const io = await said({ 'a.log': log }, ['--html', 'a.html']);
    const page = String(io.written.get('/here/a.html'));
    expect(page).toContain('<title>Requests fail: ');
    expect(page.indexOf('Requests fail</h2>')).toBeLessThan(page.indexOf('Chance</h2>'));
  });
});

describe('statuses under other names', () => {
  const json = (fields: (isBad: boolean) => object): string =>
    each(
      (version, i) =>
        `${JSON.stringify({
          start_time: iso(i),
          upstream_cluster: `outbound|9080|${version}|reviews.default.svc.cluster.local`,
          authority: 'reviews:9080',
          method: 'GET',
          path: '/reviews/0',
          duration: 5,
          ...fields(version === 'v3'),
        })}\n`,
    );
  const csv = (name: string, good: string, bad: string): string =>
    `time,version,${name}\n${each((version, i) => `${iso(i)},${version},${version === 'v3' ? bad : good}\n`)}`;

  test.each([
    { form: 'status and flags', text: json((bad) => ({ status: bad ? 503 : 200, flags: bad ? 'UH' : '-' })) },
    {
      form: 'in camel case',
      text: json((bad) => ({ responseCode: bad ? '503' : '200', responseFlags: bad ? 'UH' : '-' })),
    },
    { form: 'flags alone', text: json((bad) => ({ response_flags: bad ? 'UH' : '-' })) },
    {
      form: 'a status of gRPC by name',
      text: json((bad) => ({
        response_code: 200,
        response_flags: '-',
        grpc_status: bad ? 'Unavailable' : 'OK',
      })),
    },
    {
      form: 'a status of gRPC by number',
      text: json((bad) => ({ response_code: 200, response_flags: '-', grpc_status: bad ? 14 : 0 })),
    },
    { form: 'a column http_status', text: csv('http_status', '200', '503') },
    { form: 'a column with words', text: csv('status', '200 OK', '503 Service Unavailable') },
    { form: 'a column with what went wrong', text: csv('status', '200', 'timeout') },
    { form: 'a column of gRPC', text: csv('grpc_status', '0', '14') },
  ])('are read: $form', async ({ text }) => {
    expect(await check(text)).toMatchObject({ failing: [{ key: 'v3', failed: 31 }], code: 4 });
  });

  test('of an own format are read by its format string, that of gRPC, too', async () => {
    const log = each(
      (version, i) =>
        `[${iso(i)}] "POST /helloworld.Greeter/SayHello HTTP/2" 200 - ${version === 'v3' ? 'Unavailable' : 'OK'} outbound|50051|${version}|greeter.default.svc.cluster.local\n`,
    );
    const format =
      '[%START_TIME%] "%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %GRPC_STATUS% %UPSTREAM_CLUSTER%';
    const { failing } = await check(log, ['--envoy-format', format]);
    expect(failing).toMatchObject([{ key: 'v3', failed: 31 }]);
  });

  // NOT_FOUND is no error of the server (OpenTelemetry, semantic conventions for gRPC), INTERNAL is.
  test('of gRPC fail where they are the server’s errors', async () => {
    const of = (name: string) => json(() => ({ response_code: 200, response_flags: '-', grpc_status: name }));
    expect(await check(of('NotFound'))).toMatchObject({ failing: [], code: 0 });
    expect((await check(of('Internal'))).failing).toHaveLength(2);
  });

  test.each([
    { name: 'a.log', text: json(() => ({})) },
    { name: 'a.csv', text: `time,version\n${each((version, i) => `${iso(i)},${version}\n`)}` },
  ])('that are not there are missed aloud: $name', async ({ name, text }) => {
    const io = await said({ [name]: text });
    expect(flat(io)).toContain(`${name} tells no status and no flags: whether requests failed is not known.`);
  });
});
