import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import {
  accessLogOf as log,
  checkFiles as files,
  half,
  reviewsHalf as virtualService,
} from '../../support/check-files.ts';
import { FakeHost } from '../../support/fake-host.ts';

async function run(
  words: readonly string[],
  stdin: string | Uint8Array = '',
  more: Record<string, string> = {},
): Promise<FakeHost> {
  const io = new FakeHost({ ...files, ...more }, stdin);
  await runProgram(['check', ...words], io);
  return io;
}

/** Words as a shell would split them; quotes keep blanks together. */
const words = (text: string): string[] =>
  [...text.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!);

const helpText = async (): Promise<string> => (await run(['--help'])).out;

describe('every example of --help', async () => {
  const lines = (await helpText())
    .split('\n')
    .filter((line) => /^ {2}(kubectl .*\| )?meshshift check /.test(line));

  test('is found', () => {
    expect(lines.length).toBeGreaterThanOrEqual(10);
  });

  test.each(lines)('%s', async (line) => {
    const [, pipe, command] = /^ {2}(kubectl .*\| )?meshshift check (.*)$/.exec(line)!;
    const io = await run(words(command!), pipe === undefined ? '' : log(half));
    expect(io.errors).toBe('');
    expect(io.code).toBe(0);
    expect(io.out).not.toBe('');
    expect(io.out).toContain(command!.includes('-o json') ? '"meshshift/check/v1"' : 'meshshift check');
  });
});

interface Answer {
  readonly services: readonly {
    readonly service: string | null;
    readonly conf: number;
    readonly changes: readonly string[];
    readonly judgement: {
      readonly kind: string;
      readonly p: number;
      readonly requests: number;
      readonly impossible: readonly string[];
      readonly versions: readonly {
        readonly key: string;
        readonly count: number;
        readonly expected: number;
      }[];
    };
  }[];
  readonly reading: { readonly unparsed: number; readonly leftOut: Readonly<Record<string, number>> };
  readonly watch?: { readonly alarmed: boolean; readonly n: number };
}
const answerOf = (io: FakeHost): Answer => JSON.parse(io.out) as Answer;

test('11 of 15 at half and half is luck, with the exact p-value', async () => {
  const io = await run(words('--seen v1=11,v3=4 --weights v1=50,v3=50 -o json --fail-on fault'));
  const [only] = answerOf(io).services;
  expect(only!.judgement.kind).toBe('chance');
  // 2 P(X >= 11) = 2 (1365 + 455 + 105 + 15 + 1) / 2^15
  expect(only!.judgement.p).toBeCloseTo((2 * 1941) / 32768, 12);
  expect(io.code).toBe(0);
});

test('a fault leaves with 4 only where that was asked', async () => {
  const given = words('--seen v1=100,v3=0 --weights v1=50,v3=50');
  expect((await run(given)).code).toBe(0);
  expect((await run([...given, '--fail-on', 'fault'])).code).toBe(4);
});

test('a version without a weight is impossible, whatever the input', async () => {
  for (const data of ['--seen v1=3,v2=1', '--sequence 1,1,2,1', 'productpage.log --host reviews']) {
    const { services } = answerOf(await run(words(`${data} --weights v1=100 -o json`)));
    expect(services[0]!.judgement.kind).toBe('fault');
    expect(services[0]!.judgement.impossible).toEqual([data.includes('log') ? 'v3' : 'v2']);
  }
});

test('a log, a table, a HAR and pod prefixes tell the same counts', async () => {
  // 32 ones among the first 60 bits.
  const counts = {
    v1: half.filter((own) => own === 'v1').length,
    v3: half.filter((own) => own === 'v3').length,
  };
  for (const data of [
    'productpage.log --host reviews',
    'gateway.log.gz',
    'refreshes.har',
    "reviews-pods.log --subset-pattern 'reviews-(v\\d+)-'",
  ]) {
    const { services } = answerOf(await run(words(`${data} --weights v1=50,v3=50 -o json`)));
    expect(Object.fromEntries(services[0]!.judgement.versions.map((own) => [own.key, own.count]))).toEqual(
      counts,
    );
  }
});

test('weights that changed are judged each in its time', async () => {
  const shifted = log([...Array.from({ length: 20 }, () => 'v1'), ...half.slice(0, 40)]);
  const io = await run(words('shifted.log --weights v1=100 --change 12:00:20=v1=50,v3=50 -o json'), '', {
    'shifted.log': shifted,
  });
  const [only] = answerOf(io).services;
  expect(only!.judgement.impossible).toEqual([]);
  expect(only!.changes).toEqual(['from 2026-03-01T12:00:20.000Z: v1=50, v3=50']);
  // 20 requests at 1 and 40 at 1/2.
  expect(only!.judgement.versions.map((own) => own.expected)).toEqual(
    [40 / 60, 20 / 60].map((own) => expect.closeTo(own, 12) as number),
  );
});

test('several services are judged at once, each more strictly (Holm)', async () => {
  const both = log(half) + log(half).replaceAll('reviews', 'ratings');
  const rules = `${virtualService}---${virtualService.replaceAll('reviews', 'ratings')}`;
  const given = words('both.log -f rules.yaml');
  const more = { 'both.log': both, 'rules.yaml': rules };
  const { services } = answerOf(await run([...given, '-o', 'json'], '', more));
  expect(services.map((own) => own.service)).toEqual([
    'reviews.default.svc.cluster.local',
    'ratings.default.svc.cluster.local',
  ]);
  for (const own of services) expect(own.conf).toBeCloseTo(0.975, 12);
  const io = await run(given, '', more);
  expect(io.out).toContain('2 services are judged at once');
  const page = await run([...given, '--html', 'a.html'], '', more);
  const html = String(page.written.get('/here/a.html'));
  for (const { service } of services) expect(html).toContain(`${service}: Chance`);
});

test('once one of two services is at fault, the other is judged at the full level', async () => {
  const both = log(half) + log(half.map(() => 'v1')).replaceAll('reviews', 'ratings');
  const rules = `${virtualService}---${virtualService.replaceAll('reviews', 'ratings')}`;
  const { services } = answerOf(
    await run(words('both.log -f rules.yaml -o json'), '', { 'both.log': both, 'rules.yaml': rules }),
  );
  expect(services.map((own) => [own.judgement.kind, Number(own.conf.toFixed(6))])).toEqual([
    ['chance', 0.95],
    ['fault', 0.975],
  ]);
});

test('--html writes the page beside the answer', async () => {
  const io = await run(words('--seen v1=11,v3=4 --weights v1=50,v3=50 --html out.html'));
  expect(String(io.written.get('/here/out.html'))).toMatch(/^<!doctype html>/);
  expect(io.out).toContain('11');
});

test('the last line repeats the command, quoted where a shell needs it', async () => {
  const io = await run([
    'reviews-pods.log',
    '--subset-pattern',
    'reviews-(v\\d+)-',
    '--weights',
    'v1=50,v3=50',
    '--conf',
    '99%',
  ]);
  expect(io.out.trimEnd().split('\n').at(-1)).toBe(
    "meshshift check reviews-pods.log --weights v1=50,v3=50 --subset-pattern 'reviews-(v\\d+)-' --conf 99%",
  );
});

test('what was left out and what could not be read is told with numbers', async () => {
  const io = await run(words('- --host reviews --weights v1=50,v3=50'), `junk\n${log(half)}${log([''])}`);
  expect(io.out).toContain('Read -: 62 lines, 61 requests.');
  expect(io.out).toContain('Left out: 1 request to services as a whole, without a subset');
  expect(io.out).toContain('Could not be read: 1 line (line 1: no access log line).');
});

describe('--follow', () => {
  const follow = (data: string, more = ''): Promise<FakeHost> =>
    run(words(`- --follow --host reviews --weights v1=50,v3=50 ${more}`), data);

  test('raises the alarm at the first request at which the e-value reaches 1 / alpha', async () => {
    const io = await follow(log(Array.from({ length: 12 }, () => 'v1')), '--fail-on fault');
    // n of one kind: E = 2^n / (n + 1); 2^10 / 11 = 93, 2^11 / 12 = 171 > 100, p = 12 / 2048.
    expect(io.out).toContain(
      'after 11 requests: enough is seen: a fault; luck strays this far in at most 0.0059 of all watches',
    );
    expect(io.out).toMatch(/^10 requests: v1 100 % \(.*\), v3 0 % \(.*\); always-valid p = /m);
    expect(io.code).toBe(4);
  });

  test('stays quiet on luck, and judges at the end', async () => {
    const io = await follow(log(half), '--fail-on fault');
    expect(io.out).not.toContain(': a fault');
    expect(io.out).toContain('While watching: no alarm was raised');
    expect(io.out.match(/^\d+ requests: /gm)).toEqual(['10 requests: ', '20 requests: ', '50 requests: ']);
    expect(io.code).toBe(0);
  });

  test('a version that has no weight is an alarm at once', async () => {
    const io = await follow(log(['v1', 'v3', 'v2']));
    expect(io.out).toMatch(/^after 3 requests: enough is seen: a fault; v2 has weight 0 and was seen/m);
  });

  test('counting starts anew when the weights change', async () => {
    const steady = log([...half.slice(0, 30), ...Array.from({ length: 30 }, () => 'v3')]);
    const io = await follow(steady, '--change 12:00:30=v3=100 -o json');
    const lines = io.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter((own) => own['event'] === 'change')).toHaveLength(1);
    expect(lines.some((own) => own['event'] === 'alarm')).toBe(false);
    expect(lines.at(-1)).toMatchObject({ schema: 'meshshift/check/v1', watch: { alarmed: false, n: 30 } });
  });

  test('says when it has seen enough', async () => {
    const even = log(Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 'v1' : 'v3')));
    const io = await follow(even, '--within 20%');
    expect(io.out).toMatch(
      /^after \d+ requests: enough is seen; every share is shown to be within 20 points of its weight$/m,
    );
  });

  test('watches one service at a time', async () => {
    const io = await run(
      words('- --follow --weights v1=50,v3=50'),
      log(['v1']) + log(['v1']).replaceAll('reviews', 'ratings'),
    );
    expect(io.code).toBe(2);
    expect(io.errors).toContain('say which with --host');
  });
});

test.each([
  { given: '', code: 2, problem: 'nothing to judge' },
  { given: '--seen v1=1', code: 2, problem: 'against which weights' },
  { given: '--seen v1=1 --weights v1=1 --frobnicate', code: 2, problem: "unknown option '--frobnicate'" },
  { given: '--seen v1=1 --weights v1=1 -o yaml', code: 2, problem: 'Allowed choices' },
  { given: 'none.log --weights v1=1', code: 3, problem: 'cannot read none.log: there is no such file' },
  {
    given: 'virtual-service-reviews-50-v3.yaml --weights v1=1',
    code: 3,
    problem: 'no request tells which version',
  },
  { given: 'answers.csv --weights v1=1 --columns version=who', code: 3, problem: 'there is no column "who"' },
])('"$given" is refused with $code', async ({ given, code, problem }) => {
  const io = await run(words(given));
  expect(io.code).toBe(code);
  expect(io.errors).toContain(problem);
  expect(io.out).toBe('');
});

test('says on how many requests order and clients are judged, where that is not all', async () => {
  const long = Array.from({ length: 20_005 }, (_, i) => 1 + 2 * ((i * i + (i >> 3)) & 1)).join(',');
  const io = await run(words('--sequence - --weights v1=50,v3=50'), long);
  expect(io.out).toContain('Order and clients are judged on the first 20,000 requests, the counts on all.');
  const short = await run(words('--sequence 1,3,1,1,3,3 --weights v1=50,v3=50'));
  expect(short.out).not.toContain('judged on');
});

test('a watch that has seen enough reads no further, however much came in one piece', async () => {
  const all = log(Array.from({ length: 100 }, () => 'v1'));
  const io = await run(
    words('- --follow --until-enough --host reviews --weights v1=50,v3=50'),
    `${all}[2026-11-26T12:00`,
  );
  // 2^n / (n + 1) reaches 100 at n = 11.
  expect(io.out).toContain('Read -: 11 lines, 11 requests.');
  expect(io.out).not.toContain('Could not be read');
});

test('a difference that is real but shown to be within what is allowed does not fail a gate', async () => {
  const given = '--seen v1=4850,v3=5150 --weights v1=50,v3=50 --fail-on fault';
  // 1.5 points off 50 % with a standard error of 0.5: p = 0.003; the interval ends 2.5 points off.
  expect((await run(words(given))).code).toBe(4);
  const io = await run(words(`${given} --within 3%`));
  expect(io.code).toBe(0);
  expect(io.out).toContain('Right within 3 points: shown: the difference is real, but no larger');
  expect((await run(words(`${given} --within 2%`))).code).toBe(4);
  // What takes turns has the right shares, and is no split by weights all the same.
  const turns = Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? 1 : 3)).join(',');
  expect(
    (await run(words('--sequence - --weights v1=50,v3=50 --within 3% --fail-on fault'), turns)).code,
  ).toBe(4);
});

test.each([
  ['V1=11,V3=4', 'v1=50,v3=50'],
  ['reviews-v1=11,reviews-v3=4', 'v1=50,v3=50'],
  ['v1=11,v3=4', 'reviews-v1=50,reviews-v3=50'],
])('%s stands for the versions of %s', async (tally, weights) => {
  const { services } = answerOf(await run(['--seen', tally, '--weights', weights, '-o', 'json']));
  expect(services[0]!.judgement).toMatchObject({ kind: 'chance', requests: 15 });
});

test('a host that is misspelt, or columns for a log, are answered with what would work', async () => {
  const io = await run(words('a.log --host review --weights v1=50,v3=50'), '', { 'a.log': log(half) });
  expect(io.errors).toContain('did you mean --host reviews?');
  const csv = 'when,answered_by\n2026-11-26T12:00:00Z,v1\n';
  const piped = await run(words('- --columns version=answered_by --weights v1=50,v3=50'), csv);
  expect(piped.errors).toContain('say --format csv');
});
