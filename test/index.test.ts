import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import {
  analyze,
  applyResources,
  backoffUs,
  biasedWeight,
  buildMaglevTable,
  CircuitBreaker,
  chooseRoute,
  debounceChange,
  debounceIdle,
  debounceTimer,
  decideFault,
  decideRetry,
  EdfSchedule,
  emptyRegistry,
  envoyOutlierDefaults,
  envoyThresholds,
  flagText,
  intervalOf,
  isMirrored,
  istioDefaultRetry,
  leastRequestOfTwo,
  moduloTotal,
  OutlierDetector,
  parseManifests,
  parseRetryOn,
  pickMaglev,
  pickPriority,
  priorityLoad,
  responseFlag,
  RoundRobin,
  translate,
  withHeaders,
  wouldRetry,
} from '../src/index.ts';

/** What a stranger may run against us: a documented case of Envoy or Istio for each rule, through the package's entry alone. */
describe('the package’s entry', () => {
  test('weighted pick: a 64-bit value modulo the sum, the first interval that holds it; weight 0 is never chosen', () => {
    const cumulative = Float64Array.of(90, 90, 100);
    const pick = (low: number): number => intervalOf(cumulative, moduloTotal(0, low, 100));
    expect([0, 89, 90, 99, 100].map(pick)).toEqual([0, 0, 2, 2, 0]);
    // 2^32 mod 100 = 96.
    expect(moduloTotal(1, 0, 100)).toBe(96);
  });

  test('EDF: deadlines 1/w apart, ties in order of insertion', () => {
    const schedule = new EdfSchedule();
    const weights = [2, 1];
    weights.forEach((weight, index) => schedule.add(index, weight));
    // Deadlines 1/2, then 1 (put back last, so after host 1) ...
    expect(Array.from({ length: 6 }, () => schedule.pick((index) => weights[index]!))).toEqual([
      0, 1, 0, 0, 1, 0,
    ]);
  });

  test('least request: two draws with replacement, the second only with strictly fewer; weight over active + 1', () => {
    const draws = (...given: number[]) => ({ below: () => given.shift()! });
    expect(leastRequestOfTwo(draws(0, 1), 2, (index) => [1, 0][index]!)).toBe(1);
    expect(leastRequestOfTwo(draws(0, 1), 2, () => 3)).toBe(0);
    expect(leastRequestOfTwo(draws(0, 0), 2, (index) => [9, 0][index]!)).toBe(0);
    expect(biasedWeight(6, 2)).toBe(2);
  });

  test('round robin: from its seed on, in turn, and a change of membership resets nothing', () => {
    const turns = new RoundRobin(0, 7);
    expect([turns.pick(0, 3), turns.pick(0, 3), turns.pick(0, 4)]).toEqual([7 % 3, 8 % 3, 9 % 4]);
  });

  test('Maglev: every slot belongs to a host, shares go by weight, and slot = hash mod size', () => {
    const table = buildMaglevTable(
      [
        { key: '10.0.0.1:80', weight: 1 },
        { key: '10.0.0.2:80', weight: 2 },
      ],
      65537,
    );
    expect(table.slotCounts[0]! + table.slotCounts[1]!).toBe(65537);
    expect(Math.abs(table.slotCounts[1]! - 2 * table.slotCounts[0]!)).toBeLessThanOrEqual(2);
    expect(pickMaglev(table, 0, 65537 + 5)).toBe(table.slots[5]);
  });

  // Envoy's documentation of priority levels: 140 % of what is healthy in P0, the rest to P1.
  test.each([
    { healthy: [100, 100], loads: [100, 0] },
    { healthy: [72, 72], loads: [100, 0] },
    { healthy: [71, 71], loads: [99, 1] },
    { healthy: [50, 50], loads: [70, 30] },
    { healthy: [25, 100], loads: [35, 65] },
    { healthy: [25, 25], loads: [50, 50] },
  ])('priority load with $healthy % healthy is $loads', ({ healthy, loads }) => {
    const load = priorityLoad(healthy.map((own) => ({ hosts: 100, healthy: own })));
    expect(load.healthy).toEqual(loads);
  });

  test('panic: below half of the hosts healthy, all of them; at exactly half, not', () => {
    const source = (healthy: number) => pickPriority(priorityLoad([{ hosts: 100, healthy }]), 0, 0).source;
    expect([source(49), source(50)]).toEqual(['all', 'healthy']);
  });

  test('retry: worth it, any left, breaker closed, in this order; back-off below 25, 50, 100 ms', () => {
    const retryOn = parseRetryOn(istioDefaultRetry.retryOn);
    const outcome = { status: 503, headersStarted: false, reset: 'none', bytesSent: 1 } as const;
    expect(wouldRetry(retryOn, outcome).retry).toBe(false);
    expect(wouldRetry(retryOn, { ...outcome, reset: 'connect-failure' }).retry).toBe(true);
    expect(wouldRetry(parseRetryOn('5xx'), { ...outcome, reset: 'overflow' }).retry).toBe(false);
    const decided = (retriesLeft: number, breakerOpen: boolean) =>
      decideRetry({ wouldRetry: true, retriesLeft, breakerOpen }).verdict;
    expect([decided(0, true), decided(1, true), decided(1, false)]).toEqual([
      'final-URX',
      'final-UO',
      'retry',
    ]);
    expect([190, 190, 190].map((random, k) => backoffUs(random, k) / 1000)).toEqual([
      190 % 25,
      190 % 50,
      190 % 100,
    ]);
    expect(withHeaders({ cluster: 'c', timeout: '0s' }, { 'x-envoy-retry-on': '5xx' }).retry_policy).toEqual({
      retry_on: '5xx',
      num_retries: 1,
    });
  });

  test('outlier ejection: the fifth 5xx in a row, and by default none of fewer than ten hosts', () => {
    const ejectedOf = (hosts: number) => {
      const judge = new OutlierDetector(envoyOutlierDefaults);
      for (let host = 0; host < hosts; host++) judge.addHost(host);
      const bits = [1, 2, 3, 4, 5].map(() => judge.recordResponse(0, 500));
      expect(bits.slice(0, 4)).toEqual([0, 0, 0, 0]);
      return judge.detected(0, bits[4]!, 0, () => 0).map((own) => own.because);
    };
    expect([ejectedOf(10), ejectedOf(9)]).toEqual([['enforced'], ['max-ejection-percent']]);
  });

  test('circuit breaker: allowed while the count is below the limit; faults and mirrors by parts', () => {
    const breaker = new CircuitBreaker({ ...envoyThresholds, maxRequests: 0 });
    expect([breaker.mayRequest(), breaker.mayRetry()]).toEqual([false, true]);
    const fault = {
      delayUs: 5,
      delayNumerator: 50,
      abortStatus: 500,
      abortNumerator: 50,
      denominator: 100,
      maxActiveFaults: Infinity,
    } as const;
    expect(flagText(decideFault(fault, 0, 49, 149).flags)).toBe('DI,FI');
    expect(decideFault(fault, 0, 50, 50).flags).toBe(0);
    expect([isMirrored(0, 9, 10, 100), isMirrored(0, 10, 10, 100)]).toEqual([true, false]);
    expect(flagText(responseFlag.UF | responseFlag.URX)).toBe('UF,URX');
  });

  test('debounce: changes 60 ms apart leave together 160 ms after the first', () => {
    const settings = { afterUs: 100_000, maxUs: 10_000_000 };
    const first = debounceChange(debounceIdle, settings, 0);
    expect(first.timerUs).toBe(100_000);
    const second = debounceChange(first.state, settings, 60_000);
    const look = debounceTimer(second.state, settings, 100_000);
    expect([look.push, look.timerUs]).toEqual([false, 160_000]);
    expect(debounceTimer(look.state, settings, 160_000).push).toBe(true);
  });

  test('validation and translation: manifests in, Envoy’s route and cluster out', () => {
    const text = `
apiVersion: v1
kind: Service
metadata: { name: reviews }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 9080 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - route:
        - { destination: { host: reviews, subset: v1 }, weight: 100 }
        - { destination: { host: reviews, subset: v2 }, weight: 0 }
`;
    const { manifest, problems } = parseManifests([{ file: 'reviews.yaml', text }]);
    expect(problems).toEqual([]);
    // A subset that no DestinationRule defines is accepted, and told by the analysis (IST0101).
    expect(analyze(manifest.resources).map((own) => own.code)).toContain('IST0101');
    const { registry } = applyResources(emptyRegistry, manifest.resources, 0);
    const { routes, clusters } = translate(registry, { type: 'sidecar', namespace: 'default', labels: {} });
    expect(clusters.map((own) => own.name)).toEqual(['outbound|9080||reviews.default.svc.cluster.local']);
    const { route } = chooseRoute(routes[0]!, {
      method: 'GET',
      path: '/',
      authority: 'reviews:9080',
      headers: {},
    });
    // 100/0 becomes weighted_clusters with one entry.
    expect(route!.route!.weighted_clusters).toEqual({
      clusters: [{ name: 'outbound|9080|v1|reviews.default.svc.cluster.local', weight: 100 }],
    });
  });

  test('says of every function and class what it does', () => {
    const program = ts.createProgram(['src/index.ts'], {
      allowImportingTsExtensions: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: [],
      skipLibCheck: true,
    });
    const checker = program.getTypeChecker();
    const entry = checker.getSymbolAtLocation(program.getSourceFile('src/index.ts')!)!;
    const silent = checker.getExportsOfModule(entry).filter((exported) => {
      const symbol =
        (exported.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(exported) : exported;
      const calls = symbol.valueDeclaration === undefined ? 0 : callsOf(checker, symbol);
      return calls > 0 && symbol.getDocumentationComment(checker).length === 0;
    });
    expect(silent.map((own) => own.name)).toEqual([]);
  });
});

function callsOf(checker: ts.TypeChecker, symbol: ts.Symbol): number {
  const type = checker.getTypeOfSymbol(symbol);
  return type.getCallSignatures().length + type.getConstructSignatures().length;
}
