import * as z from 'zod';
import { checkFailure, failureFields } from '../mesh/app/failure.ts';
import { expectationSchema } from './expect/index.ts';
import { numbersSchema } from './numbers.ts';
import { objectiveExamples, parseObjective, parseSteps } from './objective.ts';
import { defaultBudget } from '../mesh/budget.ts';
import {
  count,
  duration,
  durationFrom,
  fail,
  notNegative,
  law as distribution,
  milli,
  milliUsed,
  percent,
  positive,
  whole,
} from '../manifest/field.ts';
import { formatDuration } from '../manifest/quantity.ts';
import { percent as percentOf } from '../words/number.ts';
import { connectionFields } from './keep-alive.ts';
import { timelineEntrySchema } from './timeline.ts';
import { trafficSchema } from './traffic.ts';

/** Our own kinds, as zod schemas: they check, they type, and `meshshift schema` prints them as JSON Schema. */

const controlPlane = z
  .strictObject({
    preset: z
      .enum(['small', 'large', 'off'])
      .default('small')
      .describe('A small or a large mesh; off: rules act at once.'),
    watch: distribution.optional().describe('From kubectl apply until istiod hears of it.'),
    debounce: z
      .strictObject({
        after: duration.optional().describe('Quiet that istiod waits for; 100ms.'),
        max: duration.optional().describe('The longest that it waits; 10s.'),
      })
      .optional()
      .describe('How istiod gathers changes before it pushes.'),
    snapshot: distribution.optional().describe('How long istiod computes before it pushes.'),
    throttle: count.optional().describe('Proxies that are pushed to at once.'),
    send: distribution.optional().describe('How long istiod sends to one proxy.'),
    network: distribution.optional().describe('From istiod to the proxy.'),
    apply: distribution.optional().describe("How long a proxy's main thread takes to take a rule in."),
    worker: distribution.optional().describe('From the main thread to each worker thread.'),
    reconnect: z
      .strictObject({
        base: duration.optional().describe('The first wait at most; it doubles with each attempt; 500ms.'),
        max: duration.optional().describe('The longest wait; 30s.'),
      })
      .optional()
      .describe('How proxies look for an istiod that was down: each waits for a random part of a back-off.'),
  })
  .meta({
    description: 'How long a rule takes to reach the proxies; every part of a preset can be overridden.',
  });

const kubernetes = z
  .strictObject({
    create: distribution.optional().describe('From wanting a pod until it exists.'),
    schedule: distribution.optional().describe('From then until it has a node.'),
    pull: distribution.optional().meta({ description: 'Of the images; default: the nodes have them.' }),
    start: distribution.optional().describe('Start of the containers.'),
    endpoint: distribution.optional().describe('From Ready until its EndpointSlice says so.'),
    kubeProxy: distribution.optional().describe('From there until the nodes know.'),
    cpu: milli
      .optional()
      .meta({ description: 'What the nodes have for pods together; default: always enough.' }),
    nodes: z
      .array(
        z.strictObject({
          name: z.string().min(1).describe('Name; of several, with a number after it.'),
          count: count.default(1).describe('How many like this; 1.'),
          region: z.string().optional().describe('topology.kubernetes.io/region'),
          zone: z.string().optional().describe('topology.kubernetes.io/zone'),
          subZone: z.string().optional().describe('topology.istio.io/subzone'),
          cpu: milli.optional().meta({ description: 'What it has for pods; default: always enough.' }),
          labels: z.record(z.string(), z.string()).default({}).describe('More that pods choose it by.'),
        }),
      )
      .default([])
      .describe('Where pods run; Node manifests say the same. Default: somewhere, all alike.'),
    scrape: durationFrom(1_000_000, 'expected at least 1s, the shortest that metrics-server takes')
      .optional()
      .describe("Distance of metrics-server's scrapes; 15s."),
    autoscaler: z
      .strictObject({
        tolerance: notNegative.optional().describe('Part by which a ratio may differ from 1; 0.1.'),
        downscaleStabilisation: duration.optional().describe('The highest wish of this long counts; 5m.'),
        cpuInitialisation: duration.optional().describe('CPU of a pod this young may be left out; 5m.'),
        initialReadinessDelay: duration
          .optional()
          .describe('A pod may be unready this long after its start; 30s.'),
        syncPeriod: durationFrom(10_000, 'expected at least 10ms')
          .optional()
          .describe('Distance of its looks; 15s.'),
      })
      .optional()
      .meta({ description: 'Flags of the controller; defaults as Kubernetes has them.' }),
  })
  .meta({ description: 'How long pods take to come, and what there is room for.' });

const budget = z
  .strictObject({
    events: count.optional().describe('Default: 10 million, and 200 more for each page asked for.'),
    pages: count
      .optional()
      .describe(
        'Default: 20 million, and of users who do not think 300,000 more than their thinking alone asks for.',
      ),
    requests: count
      .default(defaultBudget.requests)
      .describe('Requests under way at one time, each about 180 bytes of memory; 3 million.'),
    depth: count
      .max(10_000, 'expected at most 10000')
      .default(defaultBudget.depth)
      .describe('Calls within calls; 100.'),
    retries: count
      .default(defaultBudget.retries)
      .describe('Retries of requests that have been tried again 100 times already; 200,000.'),
    pods: count.default(defaultBudget.pods).describe('Pods that have ever been made; 50,000.'),
  })
  .describe(
    'What a run may cost: past it, it ends with what it has, and says what in the scenario is the cause.',
  );

const rollback = z
  .strictObject({
    apply: z.string().min(1).meta({ description: 'The manifest that takes the shift back.' }),
    every: durationFrom(1_000_000, 'expected at least 1s')
      .default(15_000_000)
      .describe('Distance of the instants; 15s.'),
    from: duration
      .optional()
      .meta({ description: 'First instant; default: the first change of the timeline.' }),
    to: duration.optional().describe('Last instant; default: the end of the run.'),
    horizon: duration
      .default(120_000_000)
      .meta({ description: 'How long after the revert pages are counted; 2m.' }),
    allow: percent
      .default(0.001)
      .meta({ description: 'Going back is safe if no more than this share of the pages fails or is late.' }),
  })
  .meta({
    description: 'Safe-rollback meter: at each instant, what would come of reverting the shift then.',
  });

const objective = z
  .string()
  .transform((text, context) => {
    const parsed = parseObjective(text);
    return 'problem' in parsed ? fail(context, parsed.problem) : parsed;
  })
  .meta({
    description: 'What a plan must keep to in every window, or over the whole shift.',
    examples: [...objectiveExamples],
  });

const weightSteps = z
  .string()
  .transform((text, context) => {
    const parsed = parseSteps(text);
    return 'problem' in parsed ? fail(context, parsed.problem) : parsed.steps;
  })
  .meta({
    description: 'Weights of the new version in percent, one after the other.',
    examples: ['10/25/50/100'],
  });

const plan = z
  .strictObject({
    objectives: z.array(objective).default([]).describe('What must hold.'),
    steps: z.array(weightSteps).optional().describe('Weights that may be tried, each list one shift.'),
    pause: z
      .array(duration.describe('One pause.'))
      .optional()
      .describe('Pauses between steps that may be tried.'),
    preScale: z.array(whole).optional().meta({
      description:
        'Pods of the new version for 100 %, its part of them two minutes before each step; 0: what its autoscaler wants.',
    }),
    warmUp: z
      .array(duration.describe('One warm-up.'))
      .optional()
      .describe("Warm-ups of new pods that may be tried, in the service's DestinationRule; 0s: none."),
    autoscalers: z
      .record(
        z.string(),
        z.strictObject({
          min: z.array(count).default([]).describe('minReplicas.'),
          max: z.array(count).default([]).describe('maxReplicas.'),
          target: z.array(count).default([]).describe('averageUtilization, in per cent of requests.'),
        }),
      )
      .optional()
      .meta({ description: 'By name: replicas and per cent of CPU requests that may be tried.' }),
    replications: count.min(3, 'expected at least 3').default(10).describe('Runs of each plan, at most; 10.'),
    window: durationFrom(1_000_000, 'expected at least 1s')
      .default(30_000_000)
      .describe('Windows in which objectives must hold; 30s.'),
  })
  .meta({ description: 'For plan shift: what must hold, and what may vary; every combination is tried.' });

export const scenarioSchema = z.strictObject({
  apiVersion: z.literal('meshshift/v1alpha1').describe('Version of the format.'),
  kind: z.literal('Scenario').describe('What the file is.'),
  metadata: z
    .strictObject({
      name: z.string().min(1).describe('Name of the scenario.'),
      title: z.string().optional().describe('Its question, for reports.'),
    })
    .describe('What it is called.'),
  spec: z
    .strictObject({
      seed: z
        .union([z.number().int(), z.string()])
        .default(42)
        .transform(String)
        .describe('Chance of the run; 42.'),
      duration: duration
        .refine((us) => us > 0, 'a run lasts longer than 0 s')
        .describe('How long the run lasts.'),
      start: z.enum(['written', 'settled']).default('written').meta({
        description:
          'How the run begins. written: with the replicas of the manifests, and nothing under way. settled: after a long time at the load of the start: autoscaled workloads have the replicas that their autoscalers want for it, whatever is written, queues and connections are warm, and autoscalers have seen it. Times count from there, as ever.',
      }),
      app: z.string().default('bookinfo').meta({ description: 'bookinfo, or an app file.' }),
      focus: z.string().optional().meta({
        description: 'Service whose split the run is about; default: the first that a rule splits.',
      }),
      manifests: z.array(z.string().min(1)).min(1).describe('Files of manifests in force from the start.'),
      traffic: z.array(trafficSchema).default([]).describe('Who asks for pages.'),
      controlPlane: controlPlane.prefault({}),
      kubernetes: kubernetes.prefault({}),
      proxy: z
        .strictObject({
          concurrency: count
            .max(64, 'expected at most 64')
            .default(2)
            .describe('Worker threads of a proxy; 2.'),
          selector: z
            .enum(['independent', 'counter'])
            .default('independent')
            .describe(
              'How a weighted cluster draws: a fresh number per request, or (before 2017) a counter.',
            ),
          alwaysEjectOneHost: z.boolean().default(false).meta({
            description:
              'Outlier detection may always eject a first host, as older Envoys did; today 10 % of fewer than 10 hosts ejects none.',
          }),
          cpuPerRequest: duration.prefault('500us').meta({
            description:
              'CPU of a sidecar per request that passes it; Istio measured 0.5 cores per 1000 requests a second.',
          }),
          idleCpu: milliUsed.prefault('0').meta({
            description: 'CPU of a sidecar while it runs, whatever passes it; 0. An idle one uses a few m.',
          }),
          cpu: z.enum(['counted', 'off']).default('counted').meta({
            description: "off: sidecars neither ask for CPU nor use any, as a planner's sheet has it.",
          }),
        })
        .prefault({})
        .describe('The proxies.'),
      hop: distribution
        .prefault({ dist: 'lognormal', p50: '800us', p99: '2.5ms' })
        .describe('Both proxies and the network between them, one way.'),
      handshake: distribution.prefault({ dist: 'lognormal', p50: '500us', p99: '2ms' }).meta({
        description: 'TCP and mutual TLS of a new connection between proxies, where connections are counted.',
      }),
      window: durationFrom(1_000, 'expected at least 1ms')
        .optional()
        .describe('Windows of the report; default: at most about 300 of them.'),
      late: duration.default(1_000_000).meta({ description: 'A page that took longer is late; 1s.' }),
      timeline: z.array(timelineEntrySchema).default([]).describe('What is done, and when.'),
      budget: budget.prefault({}),
      rollback: rollback.optional(),
      plan: plan.prefault({}),
      numbers: numbersSchema.default({}),
      expect: z.array(expectationSchema).default([]).describe('What is demanded of the run.'),
    })
    .describe('What is played.'),
});

const port = z.number().int().min(1).max(65535);
const call = z
  .strictObject({
    host: z.string().min(1).describe('Service that is called.'),
    port: port.optional().describe('Its port; default: 9080 or 80, or else the first that the Service has.'),
    method: z.string().default('GET').describe('HTTP method.'),
    protocol: z.enum(['http', 'tcp']).default('http').describe('tcp: the call is a connection.'),
    path: z.string().startsWith('/').default('/').describe('Path that is asked for.'),
    timeout: duration.default(30_000_000).describe('How long the application waits for each try; 30s.'),
    tries: count.max(100, 'expected at most 100').default(1).describe('Tries by the application itself.'),
    onFailure: z
      .enum(['body', 'fail', 'answer'])
      .default('fail')
      .describe(
        'body: go on, the page tells the error. fail: answer with failureStatus. answer: with the status that came, or failureStatus if none did.',
      ),
    failureStatus: z.number().int().min(400).max(599).default(500).describe('Status of that answer; 500.'),
    forwards: z
      .array(z.string().transform((name) => name.toLowerCase()))
      .default([])
      .describe('Request headers that are passed on.'),
    probability: percent.optional().meta({
      description:
        'Share of the requests that make it, as of a cache that is asked first; default: each does.',
    }),
    awaits: z.boolean().default(true).meta({
      description:
        'false: the script goes on at once, and what becomes of the call is on no page; its load is there all the same.',
    }),
    guess: z.string().min(1).optional().meta({
      description: 'Nobody knows that it is made: why it is taken to be. Reports say that they rest on it.',
    }),
    ...connectionFields,
  })
  .describe('A request to another service, and waiting for its answer.');

/** Work is one of four things; each tells what was meant by it. */
const stepNames = ['work', 'cpu', 'call', 'together'] as const;

const step = z
  .strictObject({
    work: distribution.optional().describe('Time that passes without using the processor.'),
    cpu: distribution
      .optional()
      .describe('Computing: requests of a pod share its processor, each at most one core.'),
    call: call.optional(),
    together: z
      .array(
        z.strictObject({
          call: call.refine(({ awaits }) => awaits, {
            error: 'those of `together` are waited for; a call that nobody waits for is a step of its own',
            path: ['awaits'],
          }),
        }),
      )
      .min(1, 'expected at least one call')
      .optional()
      .describe(
        'Calls side by side; the script goes on when all are over, or fails as soon as one makes it.',
      ),
  })
  .transform((own, context) => {
    const { work, cpu, call, together } = own;
    const named = stepNames.filter((name) => own[name] !== undefined);
    if (named.length === 1 && work !== undefined) return { work };
    if (named.length === 1 && cpu !== undefined) return { cpu };
    if (named.length === 1 && call !== undefined) return { call };
    if (named.length === 1 && together !== undefined) return { together };
    return fail(
      context,
      `a step is one of work, cpu, call or together; this one has ${named.length === 0 ? 'none' : named.join(' and ')}`,
    );
  });

const failure = z
  .strictObject({
    ...failureFields,
    from: duration.default(0).describe('When it begins; 0s.'),
    to: duration.optional().describe('When it ends; default: never.'),
  })
  .superRefine(checkFailure);

/** A request fails in one way at most: whenever one begins, those that act then are of one whole. */
function checkShares(failures: readonly z.output<typeof failure>[], context: z.core.$RefinementCtx): void {
  for (const { from } of failures) {
    const acting = failures.filter((own) => own.from <= from && from < (own.to ?? Infinity));
    const sum = acting.reduce((shares, { share }) => shares + share, 0);
    if (sum <= 1 + 1e-9) continue;
    const at = from === 0 ? '' : `at ${formatDuration(from)} `;
    fail(context, `${at}the shares sum to ${percentOf(sum)}; a request fails in one way at most: 100%`);
    return;
  }
}

export const appSchema = z.strictObject({
  apiVersion: z.literal('meshshift/v1alpha1').describe('Version of the format.'),
  kind: z.literal('App').describe('What the file is.'),
  metadata: z
    .strictObject({ name: z.string().min(1).describe('Name of the application.') })
    .describe('What it is called.'),
  spec: z
    .strictObject({
      workloads: z
        .array(
          z.strictObject({
            name: z.string().min(1).describe('Name of what behaves so.'),
            match: z
              .record(z.string(), z.string())
              .describe('Labels of the pods that behave so; the first entry that fits wins.'),
            stars: z
              .enum(['none', 'black', 'red'])
              .optional()
              .describe('Stars that the page shows of its answers.'),
            cpu: duration.default(0).describe('CPU per request beside that of its cpu steps; 0s.'),
            idleCpu: milliUsed.optional().meta({
              description:
                'CPU of one pod while it runs, whatever it does, as `kubectl top pods` shows it without traffic; 0.',
            }),
            concurrency: count
              .optional()
              .describe('Workers: requests that one pod serves at once, the rest wait. Default: no limit.'),
            queue: whole.optional().meta({
              description:
                'Requests that may wait for one of `concurrency` workers; one more gets 503. Default: no limit.',
            }),
            cores: positive
              .default(4)
              .meta({ description: "Cores of the pod's node that it can use at once." }),
            whenCallerLeaves: z.enum(['serve', 'drop']).default('serve').meta({
              description: 'What becomes of a waiting request whose caller has given up.',
            }),
            boot: distribution
              .prefault('0s')
              .meta({ description: 'From the start of the container until it takes requests.' }),
            fails: z
              .union([failure, z.array(failure).min(1, 'expected at least one').superRefine(checkShares)])
              .optional()
              .meta({
                description:
                  'A share of its requests fails, or several shares, each in its own way; a request in one of them at most.',
              }),
            script: z.array(step).default([]).describe('What it does with a request, in order.'),
            paths: z
              .array(
                z.strictObject({
                  path: z.string().startsWith('/').describe('Whole path; * stands for one part of it.'),
                  script: z.array(step).default([]).describe('What it does with a request for it, in order.'),
                }),
              )
              .default([])
              .describe('Scripts of their own for some paths; the first that fits.'),
          }),
        )
        .min(1)
        .describe('What each kind of pod does.'),
    })
    .describe('The application.'),
});

export type ScenarioText = z.infer<typeof scenarioSchema>;
export type AppText = z.infer<typeof appSchema>;
