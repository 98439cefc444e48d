import { describe, expect, test } from 'vitest';
import { Copies } from '../../src/kernel/copies.ts';
import { Recorder } from '../../src/experiment/recorder.ts';
import { emptyRegistry } from '../../src/mesh/kubernetes/registry.ts';
import { RequestSeries } from '../../src/mesh/telemetry/request-series.ts';
import type { World } from '../../src/mesh/world.ts';

const rule = ['VirtualService/default/reviews'];

/** A recorder of three proxies, of which so many are connected. */
function recorderOf(connectedProxies: number): Recorder {
  const recorder = new Recorder([], { lateUs: 1e6, watchesPods: false });
  recorder.attach({
    simulation: { nowUs: 0 },
    connectedProxies,
    proxies: { configured: [], places: [0, 1, 2] },
    tables: { clusterNames: [] },
    state: { registry: emptyRegistry },
    telemetry: { source: new RequestSeries(), destination: new RequestSeries() },
    workloads: { lives: [] },
  } as unknown as World);
  return recorder;
}

describe('a push', () => {
  test('is settled when the last proxy that was connected holds it', () => {
    const recorder = recorderOf(2);
    recorder.manifestsChanged(0, [], rule, 10);
    recorder.pushStarted(2, rule, 10, 10, 20);
    recorder.held(0, 2, 30);
    expect([recorder.pushes[0]!.missing, recorder.settledUs]).toEqual([1, []]);
    // The same once more says nothing new.
    recorder.held(0, 2, 35);
    expect(recorder.settledUs).toEqual([]);
    recorder.held(1, 2, 40);
    expect([recorder.pushes[0]!.missing, recorder.settledUs]).toEqual([0, [40]]);
    expect([...recorder.pushes[0]!.arrivalUs]).toEqual([30, 40, NaN]);
  });

  test('has reached a proxy that took a later one, and not one that took an earlier one', () => {
    const recorder = recorderOf(2);
    recorder.pushStarted(2, rule, 10, 10, 20);
    recorder.pushStarted(3, rule, 30, 30, 40);
    recorder.held(0, 2, 50);
    recorder.held(1, 3, 60);
    expect(recorder.pushes.map(({ missing }) => missing)).toEqual([0, 1]);
    expect(recorder.pushes.map(({ arrivalUs }) => [...arrivalUs])).toEqual([
      [50, 60, NaN],
      [NaN, 60, NaN],
    ]);
  });

  test('does not wait for a proxy that is gone', () => {
    const recorder = recorderOf(3);
    recorder.manifestsChanged(0, [], rule, 10);
    recorder.pushStarted(2, rule, 10, 10, 20);
    recorder.held(0, 2, 30);
    // Whoever held it already is missed by no push.
    recorder.proxyLeft(0, 35);
    expect(recorder.pushes[0]!.missing).toBe(2);
    recorder.proxyLeft(1, 40);
    expect(recorder.pushes[0]!.missing).toBe(1);
    expect(recorder.settledUs).toEqual([]);
    // The last of which nobody will ever hear that it holds it.
    recorder.proxyLeft(2, 50);
    expect([recorder.pushes[0]!.missing, recorder.settledUs]).toEqual([0, [50]]);
  });

  test('of endpoints alone is no change of rules; with a rule among them it is', () => {
    const recorder = recorderOf(2);
    recorder.pushStarted(2, ['Endpoints/default/reviews', 'Endpoints/default/ratings'], 10, 10, 20);
    expect(recorder.pushes).toEqual([]);
    recorder.pushStarted(3, ['Endpoints/default/reviews', ...rule], 10, 10, 20);
    expect(recorder.pushes.map(({ snapshot }) => snapshot)).toEqual([3]);
  });

  test('that carries less than the last change settles nothing', () => {
    const recorder = recorderOf(1);
    recorder.manifestsChanged(0, [], rule, 10);
    recorder.pushStarted(2, rule, 10, 10, 20);
    recorder.manifestsChanged(1, [], rule, 25);
    recorder.held(0, 2, 30);
    expect(recorder.settledUs).toEqual([]);
    recorder.pushStarted(3, rule, 25, 25, 40);
    recorder.held(0, 3, 50);
    expect(recorder.settledUs).toEqual([50]);
  });

  test('settles in spite of an apply that changed nothing', () => {
    const recorder = recorderOf(1);
    recorder.manifestsChanged(0, [], rule, 10);
    recorder.pushStarted(2, rule, 10, 10, 20);
    recorder.manifestsChanged(1, ['virtualservice unchanged'], [], 25);
    recorder.held(0, 2, 30);
    expect(recorder.settledUs).toEqual([30]);
  });
});

describe('pages and answers', () => {
  /** A recorder of one source and one service with two keys; rows are what each test says of them. */
  function recording(rows: object) {
    const recorder = new Recorder([false], { lateUs: 500, watchesPods: false });
    const world = {
      simulation: { nowUs: 0 },
      connectedProxies: 0,
      proxies: { configured: [], places: [] },
      tables: { clusterNames: [] },
      state: { registry: emptyRegistry },
      rows: { missing: { isNone: () => true }, generation: [0, 0, 0], ...rows },
    };
    recorder.attach(world as unknown as World);
    recorder.counters.ensure(1, 2, 0);
    return recorder;
  }

  test('a page counts as shown by what it shows, where it came whole', () => {
    const recorder = recording({
      status: [200, 503, 200],
      shownKey: [1, 0, -1],
      startedUs: [0, 0, 0],
    });
    for (const row of [0, 1, 2]) recorder.pageDone(row, 0, 1, 400);
    expect([...recorder.counters.shown].slice(0, 2)).toEqual([0, 1]);
    expect(recorder.counters).toMatchObject({ pages: 3, pagesFailed: 1, pagesLate: 0 });
    expect([recorder.pagesOf[0], recorder.failedOf[0]]).toEqual([3, 1]);
    recorder.pageDone(0, 0, 2, 501);
    expect(recorder.counters.pagesLate).toBe(1);
  });

  test('the latencies of a window are of that window alone; a window without answers has none', () => {
    const recorder = recording({
      caller: [0],
      service: [0],
      key: [1],
      status: [200],
      flags: [0],
      pod: [0],
      startedUs: [0],
    });
    recorder.answered(0, 1000);
    recorder.mark(2000);
    recorder.mark(3000);
    recorder.answered(0, 8000);
    recorder.mark(9000);
    const medians = recorder.marks.map((_, window) => recorder.latencies.of(window, 1)?.p50Us);
    // The histogram is within a per cent or two.
    expect(medians[0]! / 1000).toBeCloseTo(1, 1);
    expect(medians[1]).toBeUndefined();
    expect(medians[2]! / 8000).toBeCloseTo(1, 1);
  });

  test('a request that finds no pod counts for the version that was drawn, for whichever of them', () => {
    // No proxy, and no pod: the connection was refused.
    const nobody = { caller: [-1, -1, -1], pod: [-1, -1, -1], service: [0, 0, 0], flags: [0, 0, 0] };
    const recorder = recording({ ...nobody, key: [0, 1, -1], status: [200, 200, 200], startedUs: [0, 0, 0] });
    for (const row of [0, 0, 1, 2]) recorder.answered(row, 10);
    expect([...recorder.counters.noPod].slice(0, 2)).toEqual([2, 1]);
    expect(recorder.counters.unserved[0]).toBe(4);
  });

  test('a copy goes on with the latencies of the original, and has none that come to that later', () => {
    const answers = {
      caller: [0],
      service: [0],
      key: [1],
      status: [200],
      flags: [0],
      pod: [0],
      startedUs: [0],
    };
    const [original, copy] = [recording(answers), recording(answers)];
    original.answered(0, 1000);
    original.mark(2000);
    original.answered(0, 4000);
    copy.copyFrom(original, new Copies());
    for (const own of [original, copy]) {
      expect(own.latency[1]!.count).toBe(1);
      expect(own.latency[1]!.quantile(0.5) / 1000).toBeCloseTo(1, 1);
    }
    original.answered(0, 9000);
    for (const own of [original, copy]) own.mark(10_000);
    expect([original, copy].map(({ latency }) => latency[1]!.count)).toEqual([3, 2]);
    expect(copy.latencies.of(1, 1)!.p50Us / 4000).toBeCloseTo(1, 1);
  });
});
