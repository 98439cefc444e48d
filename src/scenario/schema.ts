import { z } from 'zod';
import { failureFields } from '../mesh/app/failure.ts';
import { expectationSchema } from './expect/index.ts';
import { objectiveExamples, parseObjective, parseSteps } from './objective.ts';
import { defaultBudget } from '../mesh/budget.ts';
import {
  count,
  duration,
  fail,
  law as distribution,
  milli,
  percent,
  positive,
  whole,
} from '../manifest/field.ts';
import { connectionFields } from './keep-alive.ts';
import { timelineEntrySchema } from './timeline.ts';
import { trafficSchema } from './traffic.ts';

/** Our own kinds, as zod schemas: they check, they type, and `meshshift schema` prints them as JSON Schema. */

const controlPlane = z
  .strictObject({
    preset: z.enum(['small', 'large', 'off']).default('small'),
    watch: distribution.optional(),
    debounce: z.strictObject({ after: duration.optional(), max: duration.optional() }).optional(),
    snapshot: distribution.optional(),
    throttle: z.number().int().positive().optional(),
    send: distribution.optional(),
    network: distribution.optional(),
    apply: distribution.optional(),
    worker: distribution.optional(),
  })
  .meta({
    description: 'How long a rule takes to reach the proxies; every part of a preset can be overridden.',
  });

const kubernetes = z
  .strictObject({
    create: distribution.optional(),
    schedule: distribution.optional(),
    pull: distribution.optional().meta({ description: 'Of the images; default: the nodes have them.' }),
    start: distribution.optional(),
    endpoint: distribution.optional(),
    kubeProxy: distribution.optional(),
    cpu: milli
      .optional()
      .meta({ description: 'What the nodes have for pods together; default: always enough.' }),
    scrape: duration.optional().meta({ description: "Distance of metrics-server's scrapes; 15s." }),
    autoscaler: z
      .strictObject({
        tolerance: z.number().min(0).optional(),
        downscaleStabilisation: duration.optional(),
        cpuInitialisation: duration.optional(),
        initialReadinessDelay: duration.optional(),
        syncPeriod: duration.optional(),
      })
      .optional()
      .meta({ description: 'Flags of the controller; defaults as Kubernetes has them.' }),
  })
  .meta({ description: 'How long pods take to come, and what there is room for.' });

const budget = z
  .strictObject({
    events: count.optional().describe('Default: 30 million, and 1,000 more for each page asked for.'),
    pages: count
      .optional()
      .describe(
        'Default: 100 million, and of users who do not think 2 million more than their thinking alone asks for.',
      ),
    requests: count
      .default(defaultBudget.requests)
      .describe('Requests under way at one time, each about 180 bytes of memory; 3 million.'),
    depth: count
      .max(10_000, 'expected at most 10000')
      .default(defaultBudget.depth)
      .describe('Calls within calls; 100.'),
  })
  .describe(
    'What a run may cost: past it, it ends with what it has, and says what in the scenario is the cause.',
  );

const rollback = z
  .strictObject({
    apply: z.string().min(1).meta({ description: 'The manifest that takes the shift back.' }),
    every: duration.default(15_000_000),
    from: duration
      .optional()
      .meta({ description: 'First instant; default: the first change of the timeline.' }),
    to: duration.optional(),
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
    objectives: z.array(objective).default([]),
    steps: z.array(weightSteps).optional(),
    pause: z.array(duration).optional(),
    preScale: z.array(whole).optional().meta({
      description:
        'Pods of the new version for 100 %, its part of them two minutes before each step; 0: what its autoscaler wants.',
    }),
    autoscalers: z
      .record(
        z.string(),
        z.strictObject({
          min: z.array(z.number().int().positive()).default([]),
          max: z.array(z.number().int().positive()).default([]),
          target: z.array(z.number().int().positive()).default([]),
        }),
      )
      .optional()
      .meta({ description: 'By name: replicas and per cent of CPU requests that may be tried.' }),
    replications: z.number().int().min(3).default(10),
    window: duration.default(30_000_000),
  })
  .meta({ description: 'For plan shift: what must hold, and what may vary; every combination is tried.' });

export const scenarioSchema = z.strictObject({
  apiVersion: z.literal('meshshift/v1alpha1'),
  kind: z.literal('Scenario'),
  metadata: z.strictObject({ name: z.string().min(1), title: z.string().optional() }),
  spec: z.strictObject({
    seed: z.union([z.number().int(), z.string()]).default(42).transform(String),
    duration: duration.refine((us) => us > 0, 'a run lasts longer than 0 s'),
    app: z.string().default('bookinfo').meta({ description: 'bookinfo, or an app file.' }),
    focus: z
      .string()
      .optional()
      .meta({ description: 'Service whose split the run is about; default: the first that a rule splits.' }),
    manifests: z.array(z.string().min(1)).min(1),
    traffic: z.array(trafficSchema).default([]),
    controlPlane: controlPlane.prefault({}),
    kubernetes: kubernetes.prefault({}),
    proxy: z
      .strictObject({
        concurrency: z.number().int().min(1).max(64).default(2),
        selector: z.enum(['independent', 'counter']).default('independent'),
        alwaysEjectOneHost: z.boolean().default(false).meta({
          description:
            'Outlier detection may always eject a first host, as older Envoys did; today 10 % of fewer than 10 hosts ejects none.',
        }),
        cpuPerRequest: duration.prefault('500us').meta({
          description:
            'CPU of a sidecar per request that passes it; Istio measured 0.5 cores per 1000 requests a second.',
        }),
        cpu: z.enum(['counted', 'off']).default('counted').meta({
          description: "off: sidecars neither ask for CPU nor use any, as a planner's sheet has it.",
        }),
      })
      .prefault({}),
    hop: distribution.prefault({ dist: 'lognormal', p50: '800us', p99: '2.5ms' }),
    handshake: distribution.prefault({ dist: 'lognormal', p50: '500us', p99: '2ms' }).meta({
      description: 'TCP and mutual TLS of a new connection between proxies, where connections are counted.',
    }),
    window: duration.optional(),
    late: duration.default(1_000_000).meta({ description: 'A page that took longer is late; 1s.' }),
    timeline: z.array(timelineEntrySchema).default([]),
    budget: budget.prefault({}),
    rollback: rollback.optional(),
    plan: plan.prefault({}),
    expect: z.array(expectationSchema).default([]),
  }),
});

const step = z.union([
  z.strictObject({ work: distribution }),
  z
    .strictObject({ cpu: distribution })
    .meta({ description: 'Computing: requests of a pod share its processor, each at most one core.' }),
  z.strictObject({
    call: z.strictObject({
      host: z.string().min(1),
      port: z.number().int().min(1).max(65535).default(9080),
      method: z.string().default('GET'),
      protocol: z.enum(['http', 'tcp']).default('http'),
      path: z.string().startsWith('/').default('/'),
      timeout: duration.default(30_000_000),
      tries: z.number().int().min(1).max(100).default(1),
      onFailure: z.enum(['body', 'fail']).default('fail'),
      failureStatus: z.number().int().min(400).max(599).default(500),
      forwards: z.array(z.string().transform((name) => name.toLowerCase())).default([]),
      ...connectionFields,
    }),
  }),
]);

export const appSchema = z.strictObject({
  apiVersion: z.literal('meshshift/v1alpha1'),
  kind: z.literal('App'),
  metadata: z.strictObject({ name: z.string().min(1) }),
  spec: z.strictObject({
    workloads: z
      .array(
        z.strictObject({
          name: z.string().min(1),
          match: z.record(z.string(), z.string()),
          stars: z.enum(['none', 'black', 'red']).optional(),
          cpu: duration.default(0),
          concurrency: z.number().int().positive().optional(),
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
            .strictObject({
              ...failureFields,
              from: duration.default(0),
              to: duration.optional(),
            })
            .optional(),
          script: z.array(step).default([]),
        }),
      )
      .min(1),
  }),
});

export type ScenarioText = z.infer<typeof scenarioSchema>;
export type AppText = z.infer<typeof appSchema>;
