import * as z from 'zod';
import { flag, number, text, whole, type Immutable } from './field.ts';
import { pageTraceFormat } from './format.ts';

const decision = z.strictObject({
  worker: whole.describe('Worker thread that the connection landed on.'),
  snapshot: z.int().describe('Snapshot by which it routed.'),
  heldSinceSeconds: number
    .nullable()
    .describe('Since when its proxy holds it; null: this worker has it, others not yet.'),
  newerPushSeconds: number
    .nullable()
    .describe(
      'Where a later rule is in force already: when istiod began to push it; null: not yet begun, or there is none.',
    ),
  stale: flag.describe('The manifests say otherwise by now.'),
  routeConfiguration: text,
  virtualHost: text.nullable(),
  passed: z
    .array(z.strictObject({ route: text, rule: text, because: text }))
    .describe('Routes that came first and did not match: name (often none), rule that they are of, reason.'),
  route: text.nullable(),
  rule: text.nullable(),
  localStatus: whole.describe("Status of the proxy's own answer; 0: it forwards."),
  draw: z
    .strictObject({ value: text, total: number, at: number, from: number, to: number })
    .nullable()
    .describe(
      "The stream's 64-bit value modulo the weights' sum falls into the chosen interval; null: one destination.",
    ),
  cluster: text.nullable(),
  timeoutMs: number.nullable(),
  sends: z
    .array(text)
    .describe('What the route changes of the request’s headers: "x-tier: gold", "x-debug: removed".'),
  answers: z.array(text).describe('Headers that the route adds to the answer: "set-cookie: canary=v3".'),
});

const hopTry = z.strictObject({
  policy: text.nullable().describe('Balancer; null: kube-proxy, or a mirrored copy.'),
  how: text.nullable().describe('How the balancer picks, in its own words; null: as for policy.'),
  priority: number
    .nullable()
    .describe('Priority level that was drawn from; null where the cluster needs none.'),
  candidates: z
    .array(
      z.strictObject({
        pod: text,
        active: whole.describe('Requests that this proxy had open there.'),
        ejected: flag.describe('Outlier detection has put it out.'),
        eligible: flag.describe('This pick was among such.'),
        compared: flag.describe('It was one of the endpoints whose open requests were compared.'),
      }),
    )
    .describe('Endpoints of the cluster.'),
  pod: text.nullable().describe('null: none could be used.'),
  pickedMs: number.describe('When the balancer chose.'),
  sentMs: number.nullable().describe('When a connection took it; null: none did.'),
  arrivedMs: number.nullable(),
  begunMs: number.nullable().describe('When the application took it; before that it waited in the pod.'),
  repliedMs: number.nullable(),
  endedMs: number.nullable(),
  status: number.nullable(),
  reset: text
    .nullable()
    .describe(
      "How it ended without an answer of the pod, in Envoy's words; null: it was answered, or is under way.",
    ),
  breaker: z
    .strictObject({
      connections: number,
      maxConnections: number.nullable(),
      pending: number,
      maxPending: number.nullable(),
      requests: number,
      maxRequests: number.nullable(),
    })
    .nullable()
    .describe(
      'Of a try that a circuit breaker refused: what was counted then, against its limits (null: none).',
    ),
  next: z
    .enum(['done', 'retry', 'limit', 'overflow', 'refused'])
    .nullable()
    .describe(
      "What the proxy made of its end: it is the request's end; another try follows; none is left; the breaker of retries is open; a breaker refused this one.",
    ),
  because: text
    .nullable()
    .describe(
      "The word of the retry policy that was met, or what stands against a retry, as Envoy's rule says it; null: it was not asked.",
    ),
  backOffMs: number,
});

const hop = z
  .strictObject({
    service: text,
    method: text.describe('"TCP" where the proxy forwards bytes, whatever is in them.'),
    path: text.describe('Empty of TCP.'),
    authority: text,
    waited: z
      .enum(['in turn', 'side by side', 'not at all'])
      .describe('How the script that asks waits for it: for it alone, for it and others at once, or not.'),
    caller: text.describe('Pod whose proxy decides, or which asks without one.'),
    sidecar: flag.describe(
      'False: no rule is consulted, and kube-proxy chose a pod of the Service for the connection.',
    ),
    openedMs: number,
    endedMs: number.nullable().describe('null: not within the run.'),
    status: number,
    flags: text,
    key: text.nullable(),
    decision: decision.nullable(),
    faults: z
      .array(
        z.strictObject({
          kind: z.enum(['delay', 'abort']),
          percent: number,
          delayMs: number.nullable(),
          status: number.nullable(),
          hit: flag,
        }),
      )
      .describe(
        'Fault rules that were asked, each with its percentage: how long it delays (ms), or the status that it answers.',
      ),
    tries: z.array(hopTry),
    mirrors: z.array(hopTry),
    get calls() {
      return z.array(hop).describe('What the pods that served it asked for in turn.');
    },
  })
  .describe("One request at its caller's proxy.");

/** One page of a run, hop by hop, with the reason for each decision. Times in ms of simulated time, from the run's start. */
export const pageTrace = z
  .strictObject({
    schema: z.literal(pageTraceFormat),
    version: text,
    scenario: text,
    seed: text,
    page: whole.describe('Number of the page in the run, from 1.'),
    traffic: text,
    ofTraffic: whole.describe('Number among those of its traffic entry, from 1.'),
    atSeconds: number,
    complete: flag.describe('False if the run ended before the page was answered.'),
    root: hop,
  })
  .meta({ title: 'meshshift trace of a page' });

export type PageTrace = Immutable<z.infer<typeof pageTrace>>;
export type Hop = PageTrace['root'];
export type Decision = NonNullable<Hop['decision']>;
export type HopTry = Hop['tries'][number];
