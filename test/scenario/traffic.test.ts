import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import type { ScenarioFiles } from '../../src/scenario/scenario-files.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { bookinfo, split, subsets } from '../support/world.ts';

/** A scenario of Bookinfo at 50/50 with this traffic, and these files beside it. */
async function played(traffic: string, files: Readonly<Record<string, string>> = {}, more = '') {
  const texts: Record<string, string> = {
    'all.yaml': [bookinfo, subsets('reviews', 'v1', 'v3'), split('reviews', { v1: 50, v3: 50 })].join('\n'),
    ...files,
  };
  const scenario: ScenarioFiles = {
    path: 'test',
    file: 'scenario.yaml',
    text: `
apiVersion: meshshift/v1alpha1
kind: Scenario
metadata: { name: test }
spec:
  duration: 100s
  manifests: [all.yaml]
  traffic: [${traffic}]
${more}`,
    read: (name) => Promise.resolve({ value: texts[name], problems: [] }),
  };
  const loaded = await loadScenario(scenario);
  const errors = loaded.problems.filter((problem) => problem.severity === 'error');
  if (loaded.value === undefined) throw new Error(JSON.stringify(errors, null, 2));
  return { record: runOnce(loaded.value).record, scenario: loaded.value };
}

describe('traffic', () => {
  test('constant arrivals: rate times time, and one at the very beginning', async () => {
    const { record } = await played('{ name: a, arrivals: constant, rps: 3 }');
    // At 0, 1/3, 2/3 ... up to and including 100 s; the last one is still under way when the run ends.
    expect(record.pages.pages + record.pages.inFlight).toBe(301);
  });

  test('a ramp brings half of what its end rate would', async () => {
    const { record } = await played(
      '{ name: a, arrivals: poisson, shape: ramp, profile: [{ at: 0s, rps: 0 }, { at: 100s, rps: 100 }] }',
    );
    expect(Math.abs(record.pages.pages - 5000)).toBeLessThan(4 * Math.sqrt(5000));
  });

  test('closed-loop users keep to N / (think + response)', async () => {
    const { record } = await played(
      '{ name: u, users: { count: 50, think: { dist: exponential, mean: 1s } } }',
    );
    const cycle = 1 + record.pages.latency.meanMs / 1000;
    // Renewal counts of exponential cycles: the variance is about the mean.
    const expected = (50 * 100) / cycle;
    expect(Math.abs(record.pages.pages - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  test('no traffic, no refresh, a rate of 0: a report without pages, and no split to judge', async () => {
    for (const traffic of [
      '',
      '{ name: r, refresh: { count: 0 } }',
      '{ name: a, arrivals: poisson, rps: 0 }',
    ]) {
      const { record } = await played(traffic);
      expect(record.pages.pages).toBe(0);
      expect(record.verdict.kind).toBe('none');
      expect(JSON.stringify(record)).not.toMatch(/NaN|null,null,null/);
    }
  });
});

describe('replay', () => {
  const istio = (second: number, path: string): string =>
    `[2026-08-22T10:00:${String(second).padStart(2, '0')}.000Z] "GET ${path} HTTP/1.1" 200 - via_upstream - "-" 0 4183 23 22 "10.0.0.1" "curl/8" "id-${second}" "bookinfo.example.com" "10.0.0.9:9080" outbound|9080||productpage.default.svc.cluster.local 10.0.0.2:1 10.0.0.3:2 10.0.0.1:3 - -`;

  test('an Istio access log is played at its own times, at twice the speed if wanted', async () => {
    const log = [1, 3, 7].map((second) => istio(second, '/productpage')).join('\n');
    const seen = async (speed: number) => {
      const { scenario, record } = await played(
        `{ name: r, replay: { file: a.log, start: 10s, speed: ${speed} } }`,
        { 'a.log': log },
      );
      const [traffic] = scenario.traffic;
      return [traffic!.kind === 'replay' ? Array.from(traffic!.atUs) : [], record.pages.pages];
    };
    expect(await seen(1)).toEqual([[10e6, 12e6, 16e6], 3]);
    expect(await seen(2)).toEqual([[10e6, 11e6, 13e6], 3]);
  });

  test('JSON lines, CSV and HAR give the same stream', async () => {
    const times = ['2026-08-22T10:00:01.000Z', '2026-08-22T10:00:02.500Z'];
    const files = {
      'a.log': times
        .map((time) =>
          JSON.stringify({ start_time: time, method: 'GET', path: '/productpage', response_code: 200 }),
        )
        .join('\n'),
      'a.csv': `time,path\n${times.map((time) => `${time},/productpage`).join('\n')}\n`,
      'a.har': JSON.stringify({
        log: {
          version: '1.2',
          entries: times.map((time) => ({
            startedDateTime: time,
            time: 10,
            request: { method: 'GET', url: 'http://books/productpage', headers: [], httpVersion: 'HTTP/1.1' },
            response: { status: 200, headers: [], content: { size: 0, mimeType: 'text/html' } },
          })),
        },
      }),
    };
    for (const file of Object.keys(files)) {
      const { scenario } = await played(`{ name: r, replay: { file: ${file} } }`, files);
      const [traffic] = scenario.traffic;
      expect(traffic).toMatchObject({ kind: 'replay', heads: [{ method: 'GET', path: '/productpage' }] });
      expect(traffic!.kind === 'replay' ? Array.from(traffic!.atUs) : []).toEqual([0, 1_500_000]);
    }
  });

  test('other paths are asked for as they were, or left out', async () => {
    const log = [istio(1, '/productpage'), istio(2, '/nothing'), 'not a line', istio(3, '/productpage')].join(
      '\r\n',
    );
    const all = await played('{ name: r, replay: { file: a.log } }', { 'a.log': log });
    expect([all.record.pages.pages, all.record.pages.failed]).toEqual([3, 1]);
    expect(all.record.warnings.join()).toMatch(/MS2010.*1 entry could not be read and is left out/);
    const only = await played('{ name: r, replay: { file: a.log, only: /productpage } }', { 'a.log': log });
    expect([only.record.pages.pages, only.record.pages.failed]).toEqual([2, 0]);
  });
});

describe('expectations', () => {
  const traffic = '{ name: a, arrivals: poisson, rps: 100 }';
  test.each([
    { expect: 'metric: share, service: reviews, subset: v3', ok: true },
    {
      expect: 'metric: share, service: reviews, subset: v9',
      ok: false,
      because: 'of nothing there is always nothing',
    },
    { expect: 'metric: errors, max: 0%', ok: true },
    { expect: 'metric: errors, service: reviews, max: 0%', ok: true },
    { expect: 'metric: flag, service: reviews, flag: NC, max: 0', ok: true },
    { expect: 'metric: flag, service: reviews, flag: NC, min: 1', ok: false },
    { expect: 'metric: latency.p99, max: 100ms', ok: true },
    { expect: 'metric: latency.p50, service: reviews, subset: v3, max: 1ms', ok: false },
    { expect: 'metric: latency.p50, service: ratings, subset: v7, max: 1ms', ok: false },
    { expect: 'metric: propagation, max: 1ms', ok: true },
  ])('{ $expect } holds: $ok', async ({ expect: text, ok }) => {
    const { record } = await played(traffic, {}, `  expect: [{ ${text} }]`);
    expect(record.expectations).toMatchObject([{ ok }]);
    expect(JSON.stringify(record.expectations)).not.toMatch(/NaN|undefined/);
  });
});

test('a page that fails by its status is not counted again as one with an error in its body', async () => {
  const app = `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: strict }
spec:
  workloads:
    - { name: page, match: { app: productpage }, script: [{ call: { host: reviews, onFailure: fail, failureStatus: 502 } }] }
    - { name: reviews, match: { app: reviews }, fails: { share: 100%, status: 503 } }`;
  const { record } = await played(
    '{ name: r, refresh: { count: 5, every: 1s } }',
    { 'app.yaml': app },
    '  app: app.yaml',
  );
  expect(record.pages).toMatchObject({ pages: 5, failed: 5, withErrorInBody: [] });
  expect(record.refreshes[0]!.errors).toBe(5);
  expect(record.refreshes[0]!.verdict.kind).toBe('fault');
});
