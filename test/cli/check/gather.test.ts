import { expect, test } from 'vitest';
import { gather } from '../../../src/cli/check/gather.ts';
import type { Case, Listener } from '../../../src/experiment/check/cases.ts';
import { readQuestion, type CheckOptions } from '../../../src/experiment/check/question.ts';
import { describeReading, Reading } from '../../../src/experiment/check/reading.ts';
import { Refused } from '../../../src/experiment/check/refused.ts';
import { terminal } from '../../../src/cli/terminal.ts';
import { FakeHost } from '../../support/fake-host.ts';

const line = (service: string, subset: string, second = 0): string =>
  `${JSON.stringify({
    start_time: new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString(),
    upstream_cluster: `outbound|9080|${subset}|${service}.default.svc.cluster.local`,
  })}\n`;
const reviews = 'reviews.default.svc.cluster.local';

async function run(
  files: Readonly<Record<string, string | Uint8Array>>,
  given: { names?: readonly string[]; stdin?: string; listener?: Listener } & Partial<CheckOptions>,
) {
  const { names = [], stdin = '', listener, ...changes } = given;
  const options: CheckOptions = {
    log: [],
    filename: [],
    change: [],
    shows: [],
    format: 'auto',
    conf: '95%',
    interval: 'wilson',
    looks: '1',
    output: 'text',
    ...changes,
  };
  const { question, problems } = readQuestion(names, options);
  expect(problems).toEqual([]);
  const reading = new Reading();
  const io = new FakeHost(files, stdin);
  const cases = await gather(terminal(io), options, question!, reading, listener);
  return { cases, reading, io };
}

const seen = ({ tally }: Case) => Object.fromEntries(tally.keys.map((key, i) => [key, tally.counts[i]]));

test('choices of several files add up, by service', async () => {
  const { cases, reading } = await run(
    { 'a.log': line('reviews', 'v1') + line('ratings', 'v1'), 'b.log': line('reviews', 'v3') },
    { names: ['a.log', 'b.log'], host: 'reviews', weights: 'v1=50,v3=50' },
  );
  expect(cases.map((own) => [own.service, seen(own)])).toEqual([[reviews, { v1: 1, v3: 1 }]]);
  expect(describeReading(reading)).toEqual([
    'Read a.log, b.log: 3 lines, 3 requests.',
    'Left out: 1 request to other services.',
    'a.log, b.log tell no status and no flags: whether requests failed is not known.',
  ]);
});

test('without --host, the one service that has all versions of the weights is meant', async () => {
  const both = line('reviews', 'v1') + line('reviews', 'v3');
  const { cases, reading } = await run(
    { 'a.log': both + line('ratings', 'v1') },
    { names: ['a.log'], weights: 'v1=50,v3=50' },
  );
  expect(cases.map((own) => own.service)).toEqual([reviews]);
  expect(reading.notes).toEqual([`Judged is ${reviews}; also seen: ratings.default.svc.cluster.local.`]);
});

test('where two services could be meant, the user is asked', async () => {
  const log = line('reviews', 'v1') + line('ratings', 'v1') + line('ratings', 'v1');
  await expect(run({ 'a.log': log }, { names: ['a.log'], weights: 'v1=50' })).rejects.toThrow(
    'the data holds choices of reviews (1 request), ratings (2 requests): say which with --host',
  );
});

const rule = (service: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${service} }
spec:
  hosts: [${service}]
  http: [{ route: [{ destination: { host: ${service}, subset: v1 }, weight: 90 }, { destination: { host: ${service}, subset: v2 }, weight: 10 }] }]
`;

test('manifests give weights to each service that they route', async () => {
  const log = line('reviews', 'v1') + line('ratings', 'v2') + line('details', 'v1');
  const { cases, reading } = await run(
    { 'a.log': log, 'rules.yaml': `${rule('reviews')}---${rule('ratings')}` },
    { names: ['a.log'], filename: ['rules.yaml'] },
  );
  expect(cases.map((own) => [own.service, own.weights.values, seen(own)])).toEqual([
    [reviews, [90, 10], { v1: 1, v2: 0 }],
    ['ratings.default.svc.cluster.local', [90, 10], { v1: 0, v2: 1 }],
  ]);
  expect(describeReading(reading)).toContain('Left out: 1 request to other services.');
});

test('data that names no service needs --host where manifests route several', async () => {
  const files = { 'rules.yaml': `${rule('reviews')}---${rule('ratings')}` };
  await expect(run(files, { seen: 'v1=1', filename: ['rules.yaml'] })).rejects.toThrow(
    'say with --host which of reviews, ratings it shows',
  );
  const { cases } = await run(files, { seen: 'v1=1', filename: ['rules.yaml'], host: 'ratings' });
  expect(cases[0]!.service).toBe('ratings');
});

test('backends of an HTTPRoute are versions', async () => {
  const route = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: split }
spec:
  parentRefs: [{ group: '', kind: Service, name: reviews }]
  rules: [{ backendRefs: [{ name: reviews-v1, port: 80, weight: 9 }, { name: reviews-v2, port: 80, weight: 1 }] }]
`;
  const { cases } = await run(
    { 'a.log': line('reviews-v1', '') + line('reviews-v2', '') + line('details', ''), 'route.yaml': route },
    { names: ['a.log'], filename: ['route.yaml'] },
  );
  expect(cases.map((own) => [own.service, seen(own)])).toEqual([
    ['reviews', { 'reviews-v1': 1, 'reviews-v2': 1 }],
  ]);
});

test.each([
  { sequence: '1,1,3', stdin: '', because: 'typed' },
  { sequence: 'seen.txt', stdin: '', because: 'from a file' },
  { sequence: '-', stdin: 'v1 v1\nv3\n', because: 'from standard input' },
])('a sequence $because', async ({ sequence, stdin }) => {
  const { cases } = await run({ 'seen.txt': '1\n1\n3\n' }, { sequence, stdin, weights: 'v1=50,v3=50' });
  expect([...cases[0]!.tally.sighting().sequence!]).toEqual([0, 0, 1]);
});

test('changes are placed by the first request and bring their versions along', async () => {
  const log = line('reviews', 'v1', 0) + line('reviews', 'v3', 30) + line('reviews', 'v1', 31);
  const { cases } = await run(
    { 'a.log': log, 'changes.txt': '12:00:31 v1=0,v2=100\n' },
    {
      names: ['a.log'],
      host: 'reviews',
      weights: 'v1=100',
      change: ['30s=v1=50,v3=50'],
      changes: 'changes.txt',
    },
  );
  const { tally, changes } = cases[0]!;
  const startUs = Date.UTC(2026, 2, 1, 12) * 1000;
  expect(changes.map((own) => own.atUs)).toEqual([startUs + 30e6, startUs + 31e6]);
  expect(tally.keys).toEqual(['v1', 'v3', 'v2']);
  expect(tally.phases).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [1, 0, 0],
  ]);
});

const route = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: reviews }
spec:
  parentRefs: [{ group: '', kind: Service, name: reviews, port: 9080 }]
  rules:
  - backendRefs: [{ name: reviews-v1, port: 9080 }, { name: reviews-v3, port: 9080, weight: 3 }]
`;

test.each([
  { data: { seen: 'v1=1,v3=2' }, because: 'a tally by version' },
  { data: { sequence: '1,3,3' }, because: 'a sequence by number' },
  {
    data: { names: ['subsets.log'] },
    because: 'subsets, as where a VirtualService of the same meaning acts',
  },
  { data: { names: ['backends.log'] }, because: 'the backends themselves' },
  { data: { names: ['refreshes.har'] }, because: 'stars' },
  { data: { names: ['a.csv'] }, because: 'a column' },
])('versions of an HTTPRoute are its backends, in $because', async ({ data }) => {
  const page = (stars: string) => ({
    startedDateTime: '2026-03-01T12:00:00Z',
    request: { method: 'GET', url: 'http://localhost/productpage', headers: [] },
    response: {
      content: {
        text: `Book Reviews ${stars && '<font color="red"><span class="glyphicon glyphicon-star">'}`,
      },
    },
  });
  const files = {
    'route.yaml': route,
    'subsets.log': line('reviews', 'v1') + line('reviews', 'v3') + line('reviews', 'v3'),
    'backends.log': line('reviews-v1', '') + line('reviews-v3', '') + line('reviews-v3', ''),
    'refreshes.har': JSON.stringify({ log: { entries: [page(''), page('red'), page('red')] } }),
    'a.csv': 'version\nv1\nv3\nv3\n',
  };
  const { cases } = await run(files, { filename: ['route.yaml'], ...data });
  expect(cases.map((own) => [seen(own), own.weights.values])).toEqual([
    [{ 'reviews-v1': 1, 'reviews-v3': 2 }, [1, 3]],
  ]);
});

test('weights by version find the backends of the host that they are versions of', async () => {
  const log = line('reviews-v1', '') + line('reviews-v3', '') + line('ratings-v1', '');
  const { cases } = await run(
    { 'a.log': log },
    { names: ['a.log'], weights: 'v1=50,v3=50', host: 'reviews' },
  );
  expect(cases.map(seen)).toEqual([{ v1: 1, v3: 1 }]);
});

test('texts that Windows wrote as UTF-16 are read', async () => {
  const utf16 = (text: string): Uint8Array =>
    Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((own) => [own.charCodeAt(0), 0])]);
  const { cases } = await run(
    { 's.txt': utf16('1,3\r\n3'), 'c.txt': utf16('2=v1=0,v3=1\r\n') },
    { sequence: 's.txt', weights: 'v1=50,v3=50', changes: 'c.txt' },
  );
  expect([seen(cases[0]!), cases[0]!.changes.length]).toEqual([{ v1: 1, v3: 2 }, 1]);
});

test('a listener hears of each choice with the weights in force, and when all is told', async () => {
  const heard: unknown[] = [];
  await run(
    {},
    {
      names: ['-'],
      stdin: line('reviews', 'v1') + line('reviews', 'v3', 5),
      weights: 'v1=100',
      change: ['5s=v3=100'],
      listener: {
        chosen: (own, row, phase) => heard.push([own.tally.keys[row], phase]),
        caughtUp: () => heard.push('caught up'),
      },
    },
  );
  expect(heard).toEqual([['v1', 0], ['v3', 1], 'caught up', 'caught up']);
});

test.each([
  {
    given: { names: ['none.log'], weights: 'v1=1' },
    code: 3,
    problem: 'cannot read none.log: there is no such file',
  },
  {
    given: { seen: 'v1=1', filename: ['none.yaml'] },
    code: 3,
    problem: 'cannot read none.yaml: there is no such file',
  },
  {
    given: { seen: 'v1=1', filename: ['rule.yaml'], host: 'details' },
    code: 3,
    problem: 'gives weights to details',
  },
  { given: { seen: 'v1=1', filename: ['broken.yaml'] }, code: 3, problem: '' },
  {
    given: { sequence: '1,3', weights: 'v1=1', change: ['12:00=v1=1'] },
    code: 2,
    problem: 'carries no times',
  },
  {
    given: { sequence: '1,3', weights: 'v1=1', changes: 'broken.yaml' },
    code: 3,
    problem: '"" is no moment',
  },
  {
    given: {
      sequence: Array.from({ length: 60 }, (_, i) => `v${i + 2}`).join(),
      weights: 'v1=1',
    },
    code: 3,
    problem: 'more than 50 versions, among them v49, v50, v51',
  },
  {
    given: { names: ['a.log'], weights: 'v1=1', subsetPattern: '"start_time":"[^"]*(\\d\\d)\\.000Z"' },
    code: 3,
    problem: 'more than 50 versions',
  },
])('refused with exit $code: $problem', async ({ given, code, problem }) => {
  const log = Array.from({ length: 60 }, (_, second) => line('reviews', 'v1', second)).join('');
  const files = { 'rule.yaml': rule('reviews'), 'broken.yaml': 'kind: [', 'a.log': log };
  const error: unknown = await run(files, given).catch((own: unknown) => own);
  expect(error).toBeInstanceOf(Refused);
  expect(error).toMatchObject({
    kind: code === 2 ? 'usage' : 'invalid',
    message: expect.stringContaining(problem) as string,
  });
});
