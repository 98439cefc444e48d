import * as z from 'zod';
import { leftOut } from '../manifest/left-out.ts';
import { capacity } from './capacity.ts';
import { callerRecord } from './caller.ts';
import { failure } from './failure.ts';
import { redirected } from './redirect.ts';
import { diagnosis } from './finding.ts';
import { meshFacts } from './mesh-facts.ts';
import { podRecord } from './pod.ts';
import { copies, reached } from './reached.ts';
import { alongKeys, flag, number, text, whole, type Immutable } from './field.ts';
import { runFormat } from './format.ts';
import { guesses } from './guesses.ts';
import { latencySummary, serviceSplit } from './split.ts';
import { stepRecord } from './step.ts';

const verdict = z.strictObject({
  kind: z
    .enum(['chance', 'propagation', 'fault', 'none'])
    .describe(
      'chance: within the luck of the draw. propagation: old and new rule mixed. fault: something else. none: no split to judge.',
    ),
  sentence: text.describe('The one sentence, with its numbers.'),
  reasons: z.array(text),
});

const timelineEntry = z.strictObject({
  atSeconds: number,
  verb: text,
  file: text.describe('The manifest, or what else the entry was about: "reviews-v1 to 5".'),
  changes: z.array(text).describe('"virtualservice/reviews configured", as kubectl says it.'),
  changed: z
    .array(z.strictObject({ kind: text, namespace: text, name: text }))
    .optional()
    .describe('What it made, changed or took away, and of what it changed the pods alone; absent: nothing.'),
});

const push = z.strictObject({
  snapshot: whole,
  changedSeconds: number.describe('First change that it carries.'),
  startedSeconds: number.describe('Start of the push.'),
  changes: z.array(text).describe('What changed: "VirtualService/default/reviews".'),
  arrivals: z
    .array(z.strictObject({ proxy: whole, atSeconds: number.nullable() }))
    .describe(
      'Index into `proxies` and the moment when its last worker used the new routes; null: not within the run.',
    ),
  settledSeconds: number
    .nullable()
    .describe('When the last proxy held it; null where one did not within the run.'),
});

const ejection = z.strictObject({
  atSeconds: number,
  kind: z.enum(['ejected', 'returned']),
  proxy: text,
  cluster: text,
  pod: text,
  reason: text,
});

const refresh = z.strictObject({
  atSeconds: number,
  latencyMs: number,
  key: z
    .int()
    .min(-1)
    .describe('Index into keys, or -1 where the page shows an error in its place or nothing came.'),
  shows: text.describe(
    'What the page shows: none, black, red; `error`; `no-ratings` where stars could not be fetched.',
  ),
  status: whole.describe('HTTP status of the page.'),
  snapshot: z.int().describe('Snapshot held by the proxy that chose.'),
  stale: flag.describe('True where that proxy did not yet hold what was configured.'),
  share: number
    .nullable()
    .describe('Share of `distributionKey` that the proxy held; null where there was no rule.'),
  flags: text.describe('Response flags of the last try at the service, Envoy\'s words: NC, UH; "" for none.'),
});

const refreshSession = z
  .strictObject({
    name: text.describe('Name of the traffic entry.'),
    service: text,
    keys: z.array(text),
    refreshes: z.array(refresh),
    counts: z.array(whole).describe('Counts per key over the pages that showed the service.'),
    errors: whole.describe('Pages that showed an error in its place.'),
    distribution: z
      .array(number)
      .nullable()
      .describe(
        'Exact distribution of how many of the pages show `distributionKey`, from the shares that the asked proxy held at each refresh: probability of 0, 1, ... n. Null where there was nothing to draw or no rule.',
      ),
    configuredDistribution: z
      .array(number)
      .nullable()
      .describe(
        'The same from the configured shares; differs from `distribution` only while a rule is on its way.',
      ),
    distributionKey: text.nullable(),
    p: number.nullable().describe('Two-sided exact p of the count under `distribution`; null as above.'),
    verdict,
  })
  .check((context) => {
    const { keys, counts, refreshes } = context.value;
    const complain = (path: (string | number)[], message: string): void => {
      context.issues.push({ code: 'custom', path, message, input: context.value });
    };
    for (const { path, message } of alongKeys(keys, { counts })) complain([path], message);
    refreshes.forEach(({ key }, at) => {
      if (key >= keys.length) complain(['refreshes', at, 'key'], `there is no key ${key} of ${keys.length}`);
    });
  });

const pageTotals = z.strictObject({
  pages: whole,
  failed: whole.describe('Pages with an HTTP error status.'),
  withErrorInBody: z
    .array(z.strictObject({ service: text, pages: whole }))
    .describe(
      'Pages that came with status 200 but told an error in their body, per service whose part is missing.',
    ),
  plainErrors: z
    .array(z.strictObject({ service: text, requests: whole }))
    .describe(
      'Requests that failed without a flag: the pod said so itself, or nobody was there and the caller has no proxy to say.',
    ),
  flags: z
    .array(z.strictObject({ service: text, flag: text, requests: whole }))
    .describe("Requests at callers' proxies per response flag: NC, UH, NR ..."),
  latency: latencySummary,
  late: whole
    .nullable()
    .describe('Pages that did not fail, but took longer than `lateMs`; null: 0.1 did not count them.'),
  lateMs: number.nullable(),
  inFlight: whole.describe('Page views begun but not finished when the run ended.'),
  overdue: whole.describe('Those of them that are late already.'),
});

const metrics = z
  .strictObject({
    requests: z.array(
      z.strictObject({
        reporter: z.enum(['source', 'destination']),
        source: text.describe('Workload of the caller; "unknown": it has no proxy.'),
        service: text.describe('"" where no route named a service.'),
        namespace: text,
        protocol: z.enum(['http', 'grpc', 'tcp']).describe('What its port speaks.'),
        destination: text.describe('Workload of the pod that was asked last; "unknown" where none was.'),
        version: text.describe('Its version label.'),
        status: whole.describe('0: the caller left.'),
        flags: text,
        requests: whole,
        durationMs: number
          .nullable()
          .describe(
            "Sum of their durations in ms, from the request at this reporter's proxy to its answer there; null: 0.1 did not keep it.",
          ),
        durations: z
          .array(whole)
          .nullable()
          .describe(
            'How many of them fell below each of `durationEdgesMs` and not below the one before; the last: below none. null as above.',
          ),
      }),
    ),
    durationEdgesMs: z.array(number).describe("Upper edges in ms of the proxies' histograms of durations."),
    envoy: z
      .array(z.strictObject({ name: text, pod: text, cluster: text, value: number }))
      .describe(
        "Envoy's own statistics that are not 0: `envoy_cluster_upstream_rq_retry` and the like, per pod and cluster.",
      ),
  })
  .check(({ value, issues }) => {
    const buckets = value.durationEdgesMs.length + 1;
    value.requests.forEach(({ durations }, at) => {
      if (durations === null || durations.length === buckets) return;
      const message = `${durations.length} counts for ${buckets} buckets`;
      issues.push({ code: 'custom', path: ['requests', at, 'durations'], message, input: durations });
    });
  })
  .describe('Counters of the whole run, as the proxies would export them.');

const cutOff = z.strictObject({
  limit: z
    .enum(['events', 'clock', 'pages', 'requests', 'depth', 'retries', 'pods'])
    .describe(
      'clock: no time passes. requests: under way at one time. depth: calls within calls. retries: of requests that had very many. pods: ever made.',
    ),
  allowed: number,
  atSeconds: number,
  sentence: text.describe('What is spent, when.'),
  cause: text.describe('The entry of the scenario, the rule or the calls that spent it.'),
});

/**
 * The shape of a finished run: everything that a report, a verdict or another program may read of it years later.
 * Plain data, JSON there and back. No wall-clock data: the same scenario, seed and version give the same bytes.
 *
 * Times are seconds of simulated time, shares are 0..1, latencies are milliseconds. Whoever changes the shape gives
 * `runFormat` a new version and writes the step to it (`migration/run.ts`).
 */
export const runRecord = z
  .strictObject({
    schema: z.literal(runFormat),
    version: text.describe('Version of meshshift that ran it.'),
    modelled: z.strictObject({ istio: text, envoy: text, kubernetes: text }),
    scenario: z.strictObject({
      name: text,
      title: text,
      hash: text.describe('64-bit hash of the resolved scenario with all its texts, hex.'),
      seed: text,
      durationSeconds: number,
      command: text.describe('The command that repeats the run.'),
      path: text
        .optional()
        .describe(
          'As the command names it; absent: the record is older than this field, or the run a session.',
        ),
      selector: z
        .literal('counter')
        .optional()
        .describe('How the proxies choose of weighted clusters; absent: each request draws for itself.'),
      settings: z
        .array(text)
        .describe(
          'Settings that differ from the defaults of the modelled versions: "selector: counter (Envoy before Oct 2017)".',
        ),
    }),
    diagnosis: diagnosis
      .nullable()
      .describe('Is the shift all right? null: a run of 0.1, which did not ask.'),
    verdict: verdict.describe('Of the split in focus: one sentence first, then the reasons.'),
    expectations: z.array(
      z.strictObject({ text, ok: flag, found: text.describe('What was found, with the numbers.') }),
    ),
    focus: text.describe('The service whose split the run is about (`reviews`).'),
    splits: z
      .array(serviceSplit)
      .describe('Every service that had more than one key, or a rule, during the run.'),
    timeline: z.array(timelineEntry),
    pushes: z.array(push),
    ejections: z
      .array(ejection)
      .describe(
        'Endpoints that proxies stopped or began again to choose, in order of time; at most a thousand.',
      ),
    capacity: capacity
      .nullable()
      .describe('How the pods fared; null for a run in which they only stood there.'),
    refreshes: z.array(refreshSession),
    pages: pageTotals,
    metrics,
    failures: z
      .array(failure)
      .describe('Why requests failed, as the model knows it, the most pages first. Empty before v2.'),
    redirects: z
      .array(redirected)
      .optional()
      .describe('Where rules sent clients in place of an answer, the most pages first; absent: nowhere.'),
    pods: z.array(podRecord).describe('Pod by pod; empty for a run in which they only stood there.'),
    callers: z.array(callerRecord).describe('Who called which service under which rule. Empty before v2.'),
    reached: z
      .array(reached)
      .describe(
        'Whose requests fell on which pods of Services where a hash, a warm-up, a locality, or kept connections may decide that. Empty before v2.',
      ),
    copies: z.array(copies).describe('Mirrored copies, to whatever Service. Empty before v2.'),
    steps: z
      .array(stepRecord)
      .describe('Who called whom from one change of a rule to the next. Empty before v2.'),
    mesh: z.array(meshFacts).describe('What the manifests said, from change to change. Empty before v2.'),
    traffic: z.array(z.strictObject({ name: text, kind: text, pages: whole, failed: whole })),
    proxies: z.array(z.strictObject({ pod: text, workload: text, gateway: flag })),
    warnings: z.array(text),
    nodes: whole
      .optional()
      .describe('Nodes that pods run on, at the end; absent: none was given, and every pod found room.'),
    crowding: z
      .array(z.strictObject({ workload: text, pods: whole }))
      .optional()
      .describe(
        'Workloads of which pods run from the start for which no node has room; absent: there are none.',
      ),
    ignored: z.array(text).describe('Kinds and fields that were read but do not act in the model, in words.'),
    leftOut: z
      .array(leftOut)
      .optional()
      .describe('The same as data, one for one; absent: nothing, or the record is older than this field.'),
    assumptions: z.array(text).describe('Simplifications of the model that bear on this run.'),
    guesses,
    interrupted: flag.describe('True if the run was stopped before its duration.'),
    ended: cutOff
      .nullable()
      .describe(
        "Where the run's budget was spent before its duration: all else tells of the time until then. null: it was not.",
      ),
  })
  .check((context) => {
    const { proxies, pushes } = context.value;
    pushes.forEach(({ arrivals }, push) =>
      arrivals.forEach(({ proxy }, at) => {
        if (proxy < proxies.length) return;
        const path = ['pushes', push, 'arrivals', at, 'proxy'];
        const message = `there is no proxy ${proxy} of ${proxies.length}`;
        context.issues.push({ code: 'custom', path, message, input: proxy });
      }),
    );
  })
  .meta({ title: 'meshshift run' });

export type RunRecord = Immutable<z.infer<typeof runRecord>>;
export type Modelled = RunRecord['modelled'];
export type Verdict = RunRecord['verdict'];
export type Expectation = RunRecord['expectations'][number];
export type ServiceSplit = RunRecord['splits'][number];
export type ConfiguredStep = ServiceSplit['configured'][number];
export type Phase = ServiceSplit['phases'][number];

export type SplitPart = NonNullable<Phase['parts']>[number];
export type PhaseMeters = Phase['meters'];
export type SplitWindow = ServiceSplit['windows'][number];
/** Counts by the moment at which the caller's proxy chose (not by completion). */
export type SplitCounts = Omit<SplitWindow, 'latency'>;
export type LatencySummary = ServiceSplit['latency'][number];
export type TimelineEntry = RunRecord['timeline'][number];
export type Push = RunRecord['pushes'][number];
export type RefreshSession = RunRecord['refreshes'][number];
export type Refresh = RefreshSession['refreshes'][number];
export type PageTotals = RunRecord['pages'];
export type Metrics = RunRecord['metrics'];
export type TrafficTotals = RunRecord['traffic'][number];
/** Where and why a run ended before its duration. */
export type CutOff = NonNullable<RunRecord['ended']>;
