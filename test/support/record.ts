import type {
  LatencySummary,
  Phase,
  Push,
  Refresh,
  RefreshSession,
  RunRecord,
  ServiceSplit,
  SplitCounts,
  SplitWindow,
} from '../../src/record/record.ts';
import { runFormat } from '../../src/record/format.ts';

/**
 * Records as a run would leave them, made without the engine: shares are drawn, counted and judged by the few lines
 * below, so that the outputs can be tested on numbers that hang together.
 */
export interface RecordRecipe {
  readonly name?: string;
  readonly durationSeconds: number;
  readonly service?: string;
  readonly keys: readonly string[];
  readonly marks: readonly (string | null)[];
  /** Shares from a moment on; undefined where no rule matches. The first step stands at 0 and is no change. */
  readonly steps: readonly {
    readonly at: number;
    readonly shares: readonly number[] | undefined;
    readonly file?: string;
  }[];
  readonly endpointShares: readonly number[];
  /** Requests per second from users; 0 for none. */
  readonly rps: number;
  readonly proxies: number;
  /** Seconds between a change and the arrival at proxy i. */
  readonly arrivalDelay: (proxy: number) => number;
  readonly refreshes?: readonly {
    readonly name: string;
    readonly count: number;
    readonly every: number;
    readonly start: number;
    /** What it gets, as indices of keys; drawn where left out. -1 is an error. */
    readonly draws?: readonly number[];
  }[];
  readonly windowSeconds?: number;
  readonly flags?: RunRecord['pages']['flags'];
  readonly errorShare?: (atSeconds: number) => number;
  readonly verdict?: RunRecord['verdict'];
  readonly settings?: readonly string[];
}

export function makeRecord(recipe: RecordRecipe): RunRecord {
  const service = recipe.service ?? 'reviews';
  const random = lehmer(20171017);
  const changes = recipe.steps.slice(1);
  const proxies = Array.from({ length: recipe.proxies }, (_, i) => ({
    pod: i === 0 ? 'istio-ingressgateway-5c7d' : `productpage-v1-${(1000 + i * 7).toString(36)}`,
    workload: i === 0 ? 'istio-ingressgateway' : 'productpage-v1',
    gateway: i === 0,
  }));
  const pushes: Push[] = changes.map((step, i) => {
    const arrivals = proxies.map((_, proxy) => {
      const atSeconds = step.at + recipe.arrivalDelay(proxy) * (1 + 0.15 * i);
      return { proxy, atSeconds: atSeconds > recipe.durationSeconds ? null : atSeconds };
    });
    const all = arrivals.map((a) => a.atSeconds);
    return {
      snapshot: i + 2,
      changedSeconds: step.at,
      startedSeconds: step.at + 0.1,
      changes: [`VirtualService/default/${service}`],
      arrivals,
      settledSeconds: all.includes(null) ? null : Math.max(...all.map(Number)),
    };
  });
  const sharesAt = (at: number) => recipe.steps.findLast((step) => step.at <= at + 1e-9)!.shares;
  const expectedAt = (at: number) => sharesAt(at) ?? recipe.endpointShares;
  const heldBy = (at: number) => {
    const held = pushes.findLast((push) =>
      push.arrivals.some((a) => a.atSeconds !== null && a.atSeconds <= at),
    );
    const before =
      recipe.steps[held === undefined ? 0 : pushes.indexOf(held)]!.shares ?? recipe.endpointShares;
    if (held === undefined) return expectedAt(0);
    const arrived =
      held.arrivals.filter((a) => a.atSeconds !== null && a.atSeconds <= at).length / proxies.length;
    const now = recipe.steps[pushes.indexOf(held) + 1]!.shares ?? recipe.endpointShares;
    return now.map((share, i) => arrived * share + (1 - arrived) * (before[i] ?? 0));
  };
  const draw = (shares: readonly number[]) => {
    let u = random();
    const key = shares.findIndex((share) => (u -= share) < 0);
    return key < 0 ? shares.length - 1 : key;
  };

  const windowSeconds = recipe.windowSeconds ?? Math.max(1, recipe.durationSeconds / 300);
  const sessions: RefreshSession[] = (recipe.refreshes ?? []).map((plan) => {
    const refreshes: Refresh[] = Array.from({ length: plan.count }, (_, i) => {
      const atSeconds = plan.start + i * plan.every;
      const held = heldBy(atSeconds);
      const key = plan.draws?.[i] ?? draw(held);
      const shows = key < 0 ? 'error' : (recipe.marks[key] ?? recipe.keys[key]!);
      return {
        atSeconds,
        latencyMs: 18 + 30 * random(),
        key,
        shows,
        status: 200,
        snapshot:
          pushes.filter((push) => push.arrivals.some((a) => (a.atSeconds ?? 1e9) <= atSeconds)).length + 1,
        stale: held.some((share, k) => Math.abs(share - expectedAt(atSeconds)[k]!) > 1e-9),
        share: sharesAt(atSeconds) === undefined ? null : held[held.length - 1]!,
        flags: key < 0 ? 'NC' : '',
      };
    });
    const counts = recipe.keys.map((_, k) => refreshes.filter((r) => r.key === k).length);
    const shown = refreshes.filter((r) => r.key >= 0);
    const ruled = shown.length > 0 && shown.every((r) => r.share !== null);
    const effective = shown.map((r) => r.share ?? 0);
    const configured = shown.map((r) => expectedAt(r.atSeconds)[recipe.keys.length - 1]!);
    const drawn = ruled && effective.some((share) => share > 0 && share < 1);
    const distribution = drawn ? poissonBinomial(effective) : null;
    const seen = counts[counts.length - 1]!;
    const p = distribution === null ? null : smallMass(distribution, seen);
    return {
      name: plan.name,
      service,
      keys: recipe.keys,
      refreshes,
      counts,
      errors: refreshes.length - shown.length,
      distribution,
      configuredDistribution: drawn ? poissonBinomial(configured) : null,
      distributionKey: drawn ? recipe.keys[recipe.keys.length - 1]! : null,
      p,
      verdict: {
        kind: p === null ? 'none' : p > 0.01 ? 'chance' : 'fault',
        sentence: p === null ? 'There was nothing to draw.' : `${seen} of ${shown.length} is what luck does.`,
        reasons: [],
      },
    };
  });

  const windows: SplitWindow[] = [];
  for (let from = 0; from < recipe.durationSeconds - 1e-9; from += windowSeconds) {
    const to = Math.min(from + windowSeconds, recipe.durationSeconds);
    const middle = (from + to) / 2;
    const observed = recipe.keys.map(() => 0);
    const users = Math.round(recipe.rps * (to - from));
    for (let i = 0; i < users; i += 1) observed[draw(heldBy(middle))]! += 1;
    for (const session of sessions) {
      for (const r of session.refreshes)
        if (r.key >= 0 && r.atSeconds >= from && r.atSeconds < to) observed[r.key]! += 1;
    }
    const requests = total(observed);
    windows.push({
      fromSeconds: from,
      toSeconds: to,
      requests,
      observed,
      configured: requests === 0 ? null : expectedAt(middle),
      effective: requests === 0 ? null : heldBy(middle),
      errors: observed.map((n) => Math.round(n * (recipe.errorShare?.(middle) ?? 0))),
      latency: recipe.keys.map((_, k) => ({ p50: 9 + 4 * k, p95: 24 + 9 * k, p99: 47 + 16 * k })),
    });
  }

  const edges = [
    ...new Set([
      0,
      ...changes.map((step) => step.at),
      ...pushes.map((push) => push.settledSeconds ?? recipe.durationSeconds),
      recipe.durationSeconds,
    ]),
  ].sort((a, b) => a - b);
  const phases: Phase[] = edges.slice(1).map((to, i) => {
    const from = edges[i]!;
    const counts = pool(
      windows.filter((w) => w.fromSeconds >= from - 1e-9 && w.fromSeconds < to - 1e-9),
      recipe.keys,
      from,
      to,
    );
    const shares = sharesAt(from);
    const propagating = pushes.some(
      (push) => push.changedSeconds <= from && from < (push.settledSeconds ?? recipe.durationSeconds),
    );
    const n = total(counts.observed);
    const last = recipe.keys.length - 1;
    const share = counts.effective?.[last] ?? 0;
    const drawn = shares !== undefined && n > 0 && share > 0 && share < 1;
    return {
      ...counts,
      state: propagating ? 'propagating' : 'settled',
      rule: shares === undefined ? 'no rule' : ruleText(recipe.keys, shares),
      perKey: recipe.keys.map((key, k) => ({
        key,
        interval: n === 0 ? null : wilson(counts.observed[k]!, n),
      })),
      p: drawn ? (n <= 2000 ? smallMass(binomial(n, share), counts.observed[last]!) : 0.41) : null,
      test: drawn ? (recipe.keys.length > 2 ? 'chi-square' : 'exact binomial') : null,
      meters: {
        served: counts.observed,
        servedErrors: counts.errors,
        mirrored: recipe.keys.map(() => 0),
        retries: 0,
        pages: null,
        pagesWithout: null,
      },
    };
  });

  const split: ServiceSplit = {
    service,
    keys: recipe.keys,
    marks: recipe.marks,
    configured: recipe.steps.map((step) => ({
      atSeconds: step.at,
      shares: step.shares,
      endpointShares: recipe.endpointShares,
      rule:
        step.shares === undefined ? 'no rule: default cluster' : `VirtualService ${service}.default, rule 1`,
    })),
    phases,
    windows,
    latency: recipe.keys.map((key, k) =>
      latency(key, total(windows.map((w) => w.observed[k]!)), 9 + 4 * k, random),
    ),
  };
  const requests = total(windows.map((w) => w.requests));
  const sessionErrors = total(sessions.map((s) => s.errors));
  return {
    schema: runFormat,
    version: '0.1.0',
    modelled: { istio: '1.27', envoy: '1.35', kubernetes: '1.33' },
    scenario: {
      name: recipe.name ?? 'fifteen-refreshes',
      title: 'Half of the reviews go to v3: what do fifteen refreshes show?',
      hash: '9f2c41d07be8a316',
      seed: '42',
      durationSeconds: recipe.durationSeconds,
      command: `meshshift run scenarios/${recipe.name ?? 'fifteen-refreshes'} --seed 42`,
      settings: recipe.settings ?? [],
    },
    verdict: recipe.verdict ?? {
      kind: 'chance',
      sentence:
        'Nothing is broken: 11 of 15 pages with red stars is within the luck of a 50 % draw (p = 0.12; 4 to 11 are expected in 19 of 20 tries).',
      reasons: [
        'Every proxy held the new weights 2.1 s after the change, before the first refresh.',
        'No request of the session ended in an error.',
      ],
    },
    expectations: [
      {
        text: 'share of reviews v3 from 65 s to 100 s contains the configured share (99 %)',
        ok: true,
        found: '11 of 15 = 73 %, interval 37–94 %, configured 50 %',
      },
      {
        text: 'latency p99 of productpage below 400 ms',
        ok: recipe.errorShare === undefined,
        found: 'p99 = 212 ms',
      },
    ],
    focus: service,
    splits: [split],
    timeline: changes.map((step) => ({
      atSeconds: step.at,
      verb: 'apply',
      file: step.file ?? `virtual-service-${service}-50-v3.yaml`,
      changes: [`virtualservice.networking.istio.io/${service} configured`],
    })),
    pushes,
    refreshes: sessions,
    pages: {
      pages: requests + sessionErrors,
      failed: 0,
      withErrorInBody: sessionErrors > 0 ? [{ service, pages: sessionErrors }] : [],
      plainErrors: [],
      flags: recipe.flags ?? [],
      latency: latency('page', requests + sessionErrors, 31, random),
      late: 0,
      lateMs: 1000,
      inFlight: 0,
      overdue: 0,
    },
    metrics: { requests: [], durationEdgesMs: [], envoy: [] },
    failures: [],
    pods: [],
    callers: [],
    reached: [],
    copies: [],
    steps: stepsOf(recipe, phases),
    mesh: [],
    diagnosis: null,
    capacity: null,
    ejections: [],
    traffic: [
      ...(recipe.rps > 0 ? [{ name: 'users', kind: 'poisson', pages: requests, failed: 0 }] : []),
      ...sessions.map((s) => ({ name: s.name, kind: 'refresh', pages: s.refreshes.length, failed: 0 })),
    ],
    proxies,
    warnings: [],
    ignored: ['Service reviews: spec.ports[0].appProtocol'],
    assumptions: ['Connections are not modelled: each request reaches a worker of its own.'],
    guesses: { numbers: [], calls: [] },
    interrupted: false,
    ended: null,
  };
}

/** What `productpage` asked of each version between the changes; a pod of each is ready. */
function stepsOf(recipe: RecordRecipe, phases: readonly Phase[]): RunRecord['steps'] {
  const service = recipe.service ?? 'reviews';
  return recipe.steps.map((step, at) => {
    const toSeconds = recipe.steps[at + 1]?.at ?? recipe.durationSeconds;
    const inside = phases.filter((own) => own.fromSeconds >= step.at && own.fromSeconds < toSeconds);
    return {
      fromSeconds: step.at,
      toSeconds,
      calls: recipe.keys.flatMap((version, key) => {
        const requests = total(inside.map((own) => own.observed[key]!));
        const failed = total(inside.map((own) => own.errors[key]!));
        const about = {
          caller: 'productpage-v1',
          gateway: false,
          service,
          workload: `${service}-${version}`,
        };
        return requests === 0 ? [] : [{ ...about, version, requests, failed }];
      }),
      ready: recipe.keys.map((version) => ({ workload: `${service}-${version}`, pods: 1 })),
    };
  });
}

const two = { keys: ['v1', 'v3'], marks: ['none', 'red'], endpointShares: [0.5, 0.5] } as const;
/** Seconds at which the n-th proxy gets a push: an even spread with a late tail. */
const small = (proxy: number) => 0.18 + 0.11 * proxy + (proxy % 5 === 4 ? 1.2 : 0);
const large = (proxy: number) => 0.4 + ((proxy * 37) % 201) * 0.05 + (proxy % 67 === 66 ? 9 : 0);

/** Somebody before a browser: 50/50 applied at 60 s, fifteen refreshes from 65 s on, 11 of them with red stars. */
export const fifteenRefreshes = (): RunRecord =>
  makeRecord({
    ...two,
    durationSeconds: 100,
    steps: [
      { at: 0, shares: [1, 0] },
      { at: 60, shares: [0.5, 0.5] },
    ],
    rps: 0,
    proxies: 7,
    arrivalDelay: small,
    refreshes: [
      {
        name: 'browser',
        count: 15,
        every: 2,
        start: 65,
        draws: [0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1],
      },
    ],
  });

/** 1200 requests a second and 201 proxies: one change, slowly on its way. */
export const manyProxies = (): RunRecord =>
  makeRecord({
    ...two,
    name: 'rollout-under-load',
    durationSeconds: 120,
    steps: [
      { at: 0, shares: [0.9, 0.1], file: 'x' },
      { at: 40, shares: [0.5, 0.5], file: 'virtual-service-reviews-50-v3.yaml' },
    ],
    rps: 1200,
    proxies: 201,
    arrivalDelay: large,
    verdict: {
      kind: 'propagation',
      sentence:
        'For 21 s after the change old and new rule were mixed: 31.9 % went to v3, between the old 10 % and the new 50 %.',
      reasons: ['The last of 201 proxies held the new weights 20.8 s after the change.'],
    },
  });

/** A ladder of five changes and a rollback with three versions, seven proxies, and a browser all along. */
export const sixPushes = (): RunRecord =>
  makeRecord({
    name: 'canary-ladder',
    keys: ['v1', 'v2', 'v3'],
    marks: ['none', 'black', 'red'],
    endpointShares: [1 / 3, 1 / 3, 1 / 3],
    durationSeconds: 420,
    steps: [
      { at: 0, shares: [1, 0, 0] },
      { at: 60, shares: [0.9, 0.05, 0.05], file: 'reviews-step-1.yaml' },
      { at: 120, shares: [0.75, 0.1, 0.15], file: 'reviews-step-2.yaml' },
      { at: 180, shares: [0.5, 0.2, 0.3], file: 'reviews-step-3.yaml' },
      { at: 240, shares: [0.25, 0.25, 0.5], file: 'reviews-step-4.yaml' },
      { at: 244, shares: [0, 0.2, 0.8], file: 'reviews-step-5.yaml' },
      { at: 360, shares: [1, 0, 0], file: 'reviews-rollback.yaml' },
    ],
    rps: 20,
    proxies: 7,
    arrivalDelay: small,
    refreshes: [{ name: 'browser', count: 40, every: 8, start: 62 }],
  });

/** A rule that names subsets before the destination rule has arrived: NC for a while, and error pages. */
export const ncBurst = (): RunRecord => {
  const record = makeRecord({
    ...two,
    name: 'subset-without-destination-rule',
    durationSeconds: 90,
    steps: [
      { at: 0, shares: [1, 0] },
      { at: 30, shares: [0.5, 0.5] },
    ],
    rps: 40,
    proxies: 7,
    arrivalDelay: (proxy) => 2 + 1.4 * proxy,
    refreshes: [
      {
        name: 'browser',
        count: 20,
        every: 1.5,
        start: 28,
        draws: [0, 0, -1, -1, 0, -1, -1, -1, 0, 1, -1, 0, 1, 1, 0, 1, 0, 0, 1, 1],
      },
      { name: 'second browser', count: 5, every: 1, start: 50, draws: [1, 0, 1, 1, 0] },
    ],
    flags: [{ service: 'reviews', flag: 'NC', requests: 173 }],
    errorShare: (at) => (at > 30 && at < 42 ? 0.4 : 0),
    verdict: {
      kind: 'fault',
      sentence:
        '173 requests to reviews ended in NC: the route named subset v3 before the proxies had its cluster.',
      reasons: ['Apply the DestinationRule first, and wait until every proxy has it.'],
    },
    settings: ['selector: counter (Envoy before Oct 2017)'],
  });
  const first = record.refreshes[0]!;
  const refreshes = first.refreshes.map((r, i) => {
    if (i === 3) return { ...r, shows: 'error', status: 503, flags: 'UH' };
    return i === 13 ? { ...r, shows: 'no-ratings' } : r;
  });
  return {
    ...record,
    refreshes: [{ ...first, refreshes }, ...record.refreshes.slice(1)],
    warnings: [
      'IST0101 [Warning] VirtualService reviews.default: referenced host+subset not found: "reviews+v3"',
    ],
  };
};

/** No VirtualService at all: endpoints decide. */
export const noRule = (): RunRecord =>
  makeRecord({
    name: 'no-rule',
    keys: ['v1', 'v2', 'v3'],
    marks: ['none', 'black', 'red'],
    endpointShares: [1 / 3, 1 / 3, 1 / 3],
    durationSeconds: 60,
    steps: [{ at: 0, shares: undefined }],
    rps: 10,
    proxies: 7,
    arrivalDelay: small,
    refreshes: [{ name: 'browser', count: 15, every: 2, start: 5 }],
    verdict: {
      kind: 'none',
      sentence: 'No rule matched: the balancer spread reviews over its endpoints.',
      reasons: [],
    },
  });

/** A run in which nobody asked for a page. */
export const withoutTraffic = (): RunRecord =>
  makeRecord({
    ...two,
    name: 'silence',
    durationSeconds: 30,
    steps: [
      { at: 0, shares: [1, 0] },
      { at: 10, shares: [0.5, 0.5] },
    ],
    rps: 0,
    proxies: 7,
    arrivalDelay: small,
    verdict: { kind: 'none', sentence: 'No traffic reached reviews.', reasons: [] },
  });

/** Not even a service with versions, a change or a push. */
export const withoutAnything = (): RunRecord => {
  const record = withoutTraffic();
  return {
    ...record,
    expectations: [],
    splits: [],
    timeline: [],
    pushes: [],
    refreshes: [],
    traffic: [],
    ignored: [],
  };
};

/** Every name is out to break a page, a table or a spreadsheet. */
export const hostile = (): RunRecord => {
  const nasty = `</script><img src=x onerror="alert('1')">&amp;|\`x\`, "q"`;
  const record = makeRecord({
    name: nasty,
    service: nasty,
    keys: [`a<b>&"'|${nasty}`, 'v2, "two"\nlines'],
    marks: [null, null],
    endpointShares: [0.5, 0.5],
    durationSeconds: 40,
    steps: [
      { at: 0, shares: [1, 0] },
      { at: 10, shares: [0.5, 0.5], file: nasty },
    ],
    rps: 5,
    proxies: 3,
    arrivalDelay: small,
    refreshes: [{ name: nasty, count: 6, every: 2, start: 12 }],
    flags: [{ service: nasty, flag: '<NC>', requests: 3 }],
    verdict: { kind: 'chance', sentence: `Fine: ${nasty}`, reasons: [nasty] },
  });
  return {
    ...record,
    warnings: [nasty],
    ignored: [nasty],
    assumptions: [nasty],
    expectations: [{ text: nasty, ok: false, found: nasty }],
  };
};

/** Two thousand refreshes at 10 %: more than can be drawn one by one. */
export const manyRefreshes = (): RunRecord =>
  makeRecord({
    ...two,
    name: 'many-refreshes',
    durationSeconds: 600,
    steps: [
      { at: 0, shares: [1, 0] },
      { at: 60, shares: [0.9, 0.1] },
    ],
    rps: 0,
    proxies: 7,
    arrivalDelay: small,
    refreshes: [{ name: 'script', count: 2000, every: 0.25, start: 61 }],
  });

/** A name and a record each, for tests that must hold for every one; each is made once. */
export const fixtures: readonly (readonly [string, () => RunRecord])[] = [
  ['fifteen refreshes', once(fifteenRefreshes)],
  ['many proxies', once(manyProxies)],
  ['six pushes', once(sixPushes)],
  ['NC burst', once(ncBurst)],
  ['no rule', once(noRule)],
  ['without traffic', once(withoutTraffic)],
  ['without anything', once(withoutAnything)],
  ['hostile', once(hostile)],
  ['many refreshes', once(manyRefreshes)],
];

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function pool(
  windows: readonly SplitCounts[],
  keys: readonly string[],
  from: number,
  to: number,
): SplitCounts {
  const requests = total(windows.map((w) => w.requests));
  const sumOf = (column: 'observed' | 'errors') =>
    keys.map((_, k) => total(windows.map((w) => w[column][k]!)));
  const mean = (column: 'configured' | 'effective') =>
    requests === 0
      ? null
      : keys.map((_, k) => total(windows.map((w) => (w[column]?.[k] ?? 0) * w.requests)) / requests);
  return {
    fromSeconds: from,
    toSeconds: to,
    requests,
    observed: sumOf('observed'),
    errors: sumOf('errors'),
    configured: mean('configured'),
    effective: mean('effective'),
  };
}

function latency(key: string, n: number, median: number, random: () => number): LatencySummary {
  const values = Array.from(
    { length: Math.min(n, 5000) },
    () => median * (0.5 + random() + 3 * random() ** 12),
  ).sort((a, b) => a - b);
  const at = (q: number) => values[Math.min(values.length - 1, Math.floor(q * values.length))] ?? 0;
  const bins = new Map<number, number>();
  for (const value of values) {
    const edge = Math.ceil(Math.log(value) / Math.log(1.05));
    bins.set(edge, (bins.get(edge) ?? 0) + n / values.length);
  }
  return {
    key,
    count: n,
    meanMs: values.length === 0 ? 0 : total(values) / values.length,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    maxMs: at(1),
    bins: [...bins].sort((a, b) => a[0] - b[0]).map(([edge, c]) => [1.05 ** edge, c] as const),
  };
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0);
const ruleText = (keys: readonly string[], shares: readonly number[]) =>
  keys.flatMap((key, i) => (shares[i]! > 0 ? [`${key} ${Math.round(shares[i]! * 100)} %`] : [])).join(', ');

/** Probability of 0, 1, ... n hits when try i hits with shares[i]: one convolution per try. */
function poissonBinomial(shares: readonly number[]): number[] {
  let mass = [1];
  for (const share of shares) {
    mass = [...mass, 0].map((m, k) => m * (1 - share) + (k > 0 ? mass[k - 1]! * share : 0));
  }
  return mass;
}
const binomial = (n: number, share: number) => poissonBinomial(Array.from({ length: n }, () => share));

/** Two-sided exact p: the mass of all outcomes that are no likelier than the seen one. */
const smallMass = (mass: readonly number[], seen: number) =>
  Math.min(1, total(mass.filter((m) => m <= mass[seen]! * (1 + 1e-7))));

/** Wilson 1927, 95 %. */
function wilson(k: number, n: number): readonly [number, number] {
  const z = 1.959963984540054;
  const centre = (k + (z * z) / 2) / (n + z * z);
  const half = (z / (n + z * z)) * Math.sqrt((k * (n - k)) / n + (z * z) / 4);
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** Park and Miller's minimal standard generator. */
function lehmer(seed: number): () => number {
  let state = seed % 2147483647;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
