import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runFormat } from '../../src/record/format.ts';
import { migrated, runMigrations } from '../../src/record/migration.ts';
import { readRecord } from '../../src/record/read-record.ts';
import { openMetrics } from '../../src/report/metrics.ts';
import { renderText } from '../../src/report/text.ts';
import { plain } from '../../src/report/paint.ts';

/** What meshshift 0.1 wrote, to the letter but for blanks. */
const of01 = (name: string): string => readFileSync(`test/record/fixture/${name}-0.1.json`, 'utf8');
type Data = Record<string, unknown>;
const data01 = JSON.parse(of01('fifteen-refreshes')) as Data;
/** A record of the present version that something has happened to. */
const changed = (change: (record: Data) => void): string => {
  const { value } = readRecord(of01('fifteen-refreshes'), 'summary.json');
  const copy = JSON.parse(JSON.stringify(value)) as Data;
  change(copy);
  return JSON.stringify(copy);
};
const at = (record: unknown, ...path: (string | number)[]): Data =>
  path.reduce<unknown>((inner, part) => (inner as Data)[part], record) as Data;

describe('a run that meshshift 0.1 stored', () => {
  test.each(['fifteen-refreshes', 'cold-canary'])('is read as the present version has it: %s', (name) => {
    const before = JSON.parse(of01(name)) as Data;
    expect(before['schema']).toBe('meshshift/run/v1alpha1');
    const { value, problems } = readRecord(of01(name), 'summary.json');
    expect(problems).toEqual([]);
    // 0.1 knew no budget, kept no durations by series and did not ask why requests failed; what it told in words alone is told as
    // data, too; all else is as it was.
    const path = `scenarios/${name}`;
    const metrics = before['metrics'] as { requests: Data[] };
    const requests = metrics.requests.map((own) => ({ ...own, durationMs: null, durations: null }));
    expect(value).toEqual({
      ...before,
      schema: runFormat,
      scenario: { ...(before['scenario'] as Data), path },
      metrics: { ...metrics, requests, durationEdgesMs: [] },
      pages: { ...(before['pages'] as Data), late: null, lateMs: null },
      diagnosis: null,
      failures: [],
      pods: [],
      callers: [],
      reached: [],
      copies: [],
      steps: [],
      mesh: [],
      guesses: { numbers: [], calls: [] },
      ended: null,
    });
    expect(openMetrics(value!)).toContain('istio_requests_total{');
    expect(openMetrics(value!)).not.toContain('duration');
    const text = renderText(value!, { paint: plain, width: 100 }).replaceAll(/\s+/g, ' ');
    expect(text).toContain((before['verdict'] as Data)['sentence']);
  });
});

test('what a run of 0.1 told in words alone is there as data', () => {
  const autoscaler = {
    name: 'reviews',
    target: 'reviews',
    minReplicas: 1,
    maxReplicas: 4,
    metrics: ['cpu 70 % of requests', 'cpu of reviews 50 % of requests', 'requests_per_second 100 per pod'],
    syncs: [],
  };
  const stored = JSON.parse(of01('cold-canary')) as Data;
  Object.assign(at(stored, 'scenario'), {
    settings: ['selector: counter (Envoy before October 2017)'],
  });
  Object.assign(at(stored, 'capacity'), { autoscalers: [autoscaler] });
  const { value, problems } = readRecord(JSON.stringify(stored), 'summary.json');
  expect(problems).toEqual([]);
  expect(value!.scenario).toMatchObject({ path: 'scenarios/cold-canary', selector: 'counter' });
  expect(value!.capacity!.autoscalers).toEqual([{ ...autoscaler, cpuTargets: [0.7] }]);
});

describe('a stored run is refused in words', () => {
  test.each([
    { text: '', code: 'MS3007', says: /^summary\.json is not JSON: / },
    { text: changed(() => undefined).slice(0, 900), code: 'MS3007', says: /is not JSON: / },
    { text: '[]', code: 'MS3007', says: /is not a run: it holds no object$/ },
    { text: 'null', code: 'MS3007', says: /is not a run: it holds no object$/ },
    { text: '{}', code: 'MS3007', says: /is not a run: its schema is missing, expected "meshshift\/run\// },
    {
      text: JSON.stringify({ ...data01, schema: undefined }),
      code: 'MS3007',
      says: /its schema is missing/,
    },
    {
      text: '{"schema":"meshshift/shift-plan/v1"}',
      code: 'MS3007',
      says: /is not a run: its schema is "meshshift\/shift-plan\/v1"/,
    },
    { text: '{"schema":2}', code: 'MS3007', says: /its schema is 2/ },
    {
      text: JSON.stringify({ ...data01, schema: 'meshshift/run/v9', version: '7.0.0' }),
      code: 'MS3008',
      says: /another version \(meshshift 7\.0\.0 wrote it\): its schema is "meshshift\/run\/v9", and this meshshift reads "meshshift\/run\/v1alpha1" and "meshshift\/run\/v2"$/,
    },
    { text: '{"schema":"meshshift/run/v0"}', code: 'MS3008', says: /is a run of another version: / },
    { text: '{"schema":"meshshift/run/v2","scenario":7}', code: 'MS3009', says: /is damaged: version: / },
  ])('$code: $says', ({ text, code, says }) => {
    const { value, problems } = readRecord(text, 'summary.json');
    expect(value).toBeUndefined();
    expect(problems[0]).toMatchObject({ severity: 'error', code, file: 'summary.json' });
    expect(problems[0]!.message).toMatch(says);
    expect(problems[0]!.hint).toBeTruthy();
  });

  test('of a later version, it is said how to play it again', () => {
    const { problems } = readRecord(JSON.stringify({ ...data01, schema: 'meshshift/run/v9' }), 'x');
    expect(problems[0]!.hint).toContain('meshshift run scenarios/fifteen-refreshes --seed ');
  });

  test.each<{ where: string; change: (record: Data) => void }>([
    { where: 'focus', change: (own) => (own['focus'] = 7) },
    { where: 'pages.failed', change: (own) => (at(own, 'pages')['failed'] = -1) },
    { where: 'pages.latency.p99', change: (own) => (at(own, 'pages', 'latency')['p99'] = '1 s') },
    { where: 'splits[0].keys', change: (own) => delete at(own, 'splits', 0)['keys'] },
    {
      where: 'splits[0].windows[3].observed',
      change: (own) => (at(own, 'splits', 0, 'windows', 3)['observed'] = [1]),
    },
    {
      where: 'splits[0].phases[0].meters.served',
      change: (own) => (at(own, 'splits', 0, 'phases', 0, 'meters')['served'] = []),
    },
    {
      where: 'refreshes[0].refreshes[2].key',
      change: (own) => (at(own, 'refreshes', 0, 'refreshes', 2)['key'] = 9),
    },
    {
      where: 'pushes[0].arrivals[0].proxy',
      change: (own) => (at(own, 'pushes', 0, 'arrivals', 0)['proxy'] = 1e6),
    },
    { where: 'the run', change: (own) => (own['more'] = true) },
  ])('damaged at $where, that place is named', ({ where, change }) => {
    const { value, problems } = readRecord(changed(change), 'summary.json');
    expect(value).toBeUndefined();
    expect(problems[0]!.code).toBe('MS3009');
    expect(problems[0]!.message.startsWith(`summary.json is damaged: ${where}: `)).toBe(true);
  });

  test('damaged in many places, the first ten are named and the rest counted', () => {
    const { problems } = readRecord(
      changed((own) => {
        for (const window of at(own, 'splits', 0)['windows'] as Data[]) window['requests'] = null;
      }),
      'summary.json',
    );
    expect(problems).toHaveLength(10);
    expect(problems.at(-1)!.message).toMatch(/ \(and \d+ more\)$/);
  });
});

describe('migrations', () => {
  test('each leads to where the next begins, the last to the present version', () => {
    runMigrations.forEach(({ to }, row) => expect(to).toBe(runMigrations[row + 1]?.from ?? runFormat));
  });

  test('are taken one after the other from where the data stands', () => {
    const step = (from: string, to: string) => ({
      from,
      to,
      up: (data: Readonly<Data>): Data => ({ ...data, way: `${String(data['way'])}>${to}` }),
    });
    const steps = [step('a', 'b'), step('b', 'c'), step('c', 'd')];
    expect(migrated({ schema: 'b', way: 'b' }, 'd', steps)).toEqual({ schema: 'd', way: 'b>c>d' });
    expect(migrated({ schema: 'd', way: 'd' }, 'd', steps)).toEqual({ schema: 'd', way: 'd' });
    expect(migrated({ schema: 'e' }, 'd', steps)).toBeUndefined();
  });
});
