import { z } from 'zod';
import { parseDuration, parsePercent } from '../manifest/quantity.ts';

/** Our own kinds, as zod schemas: they check, they type, and `meshshift schema` prints them as JSON Schema. */

const fail = (
  context: { addIssue(issue: { code: 'custom'; message: string }): void },
  message: string,
): typeof z.NEVER => {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
};

/** A duration with its unit, to microseconds. */
const duration = z
  .string({ error: 'expected a duration with a unit, such as 500ms, 2s or 1h30m' })
  .transform((text, context) => {
    const parsed = parseDuration(text);
    return 'us' in parsed ? parsed.us : fail(context, parsed.problem);
  })
  .meta({ description: 'A duration with its unit: 500us, 10ms, 2s, 1m30s.', examples: ['500ms', '2s'] });

/** A percentage with its sign, to a share. */
const percent = z
  .string({ error: 'expected a percentage with its sign, such as 99% or 0.5%' })
  .transform((text, context) => {
    const parsed = parsePercent(text);
    return 'share' in parsed ? parsed.share : fail(context, parsed.problem);
  })
  .meta({ description: 'A percentage with its sign: 99%, 0.5%.', examples: ['99%'] });

const positive = z.number().positive();
const whole = z.number().int().nonnegative();

const distribution = z
  .union([
    duration.transform((value) => ({ dist: 'constant' as const, value })),
    z.discriminatedUnion('dist', [
      z.strictObject({ dist: z.literal('constant'), value: duration }),
      z.strictObject({ dist: z.literal('uniform'), min: duration, max: duration }),
      z.strictObject({ dist: z.literal('exponential'), mean: duration }),
      z
        .strictObject({
          dist: z.literal('lognormal'),
          p50: duration.optional(),
          p99: duration.optional(),
          mean: duration.optional(),
          cv: positive.optional(),
        })
        .transform((law, context) => {
          const { p50, p99, mean, cv } = law;
          if (p50 !== undefined && p99 !== undefined && mean === undefined && cv === undefined) {
            return 0 < p50 && p50 <= p99
              ? { dist: 'lognormal' as const, p50, p99 }
              : fail(context, 'p50 must be above 0 and at most p99');
          }
          if (mean !== undefined && cv !== undefined && p50 === undefined && p99 === undefined) {
            return mean > 0
              ? { dist: 'lognormal' as const, mean, cv }
              : fail(context, 'mean must be above 0');
          }
          return fail(context, 'a lognormal law takes p50 and p99, or mean and cv');
        }),
      z.strictObject({ dist: z.literal('empirical'), values: z.array(duration).min(1) }),
    ]),
  ])
  .meta({ description: 'How long something takes: a duration, or a law with its parameters.' });

const headers = z.record(z.string(), z.string()).meta({ description: 'Request headers.' });

const trafficCommon = {
  name: z.string().min(1),
  path: z.string().startsWith('/').default('/productpage').meta({ description: 'Path that is asked for.' }),
  method: z.string().default('GET'),
  host: z.string().default('bookinfo.example.com').meta({ description: 'Host header at the gateway.' }),
  port: z
    .number()
    .int()
    .min(1)
    .max(65535)
    .optional()
    .meta({ description: "Port of the gateway's server; default: its first." }),
  headers: headers.default({}),
  user: z
    .string()
    .optional()
    .meta({ description: 'Signed-in user: productpage sends it on as the header end-user.' }),
};

const profile = z
  .array(z.strictObject({ at: duration, rps: z.number().nonnegative() }))
  .min(1)
  .check((context) => {
    context.value.forEach((entry, index) => {
      if (index > 0 && entry.at <= context.value[index - 1]!.at) {
        context.issues.push({
          code: 'custom',
          message: 'times of a profile must ascend',
          path: [index, 'at'],
          input: entry.at,
        });
      }
    });
  });

const traffic = z
  .strictObject({
    ...trafficCommon,
    refresh: z
      .strictObject({
        count: whole.max(1_000_000),
        every: duration.default(2_000_000),
        start: duration.default(0),
      })
      .optional()
      .meta({ description: 'One browser that refreshes the page.' }),
    arrivals: z
      .enum(['poisson', 'constant'])
      .optional()
      .meta({ description: 'Open arrivals; needs profile or rps.' }),
    rps: z.number().nonnegative().optional(),
    profile: profile.optional(),
    shape: z.enum(['steps', 'ramp']).optional(),
    users: z
      .strictObject({
        count: z.number().int().positive().max(100_000),
        think: distribution,
        start: duration.default(0),
      })
      .optional()
      .meta({ description: 'A closed loop: each user thinks, opens the page, waits for it.' }),
    replay: z
      .strictObject({
        file: z.string().min(1),
        format: z.enum(['auto', 'log', 'har', 'csv', 'ndjson']).default('auto'),
        start: duration.default(0),
        speed: positive.default(1),
        only: z.string().optional().meta({ description: 'Only requests whose path begins so.' }),
        time: z.string().default('time').meta({ description: 'CSV column of the time.' }),
      })
      .optional()
      .meta({ description: 'A recorded stream: Envoy or Istio access log, HAR, CSV.' }),
  })
  .check((context) => {
    const { refresh, arrivals, users, replay } = context.value;
    const kinds = [refresh, arrivals, users, replay].filter((own) => own !== undefined).length;
    if (kinds !== 1) {
      context.issues.push({
        code: 'custom',
        message: `a traffic entry is one of refresh, arrivals, users or replay; this one has ${kinds === 0 ? 'none' : 'several'}`,
        path: [],
        input: context.value,
      });
    }
    if (
      arrivals !== undefined &&
      (context.value.profile === undefined) === (context.value.rps === undefined)
    ) {
      context.issues.push({
        code: 'custom',
        message: 'arrivals need either rps or profile',
        path: ['arrivals'],
        input: arrivals,
      });
    }
  });

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

const timelineEntry = z
  .strictObject({ at: duration, apply: z.string().optional(), delete: z.string().optional() })
  .check((context) => {
    if ((context.value.apply === undefined) === (context.value.delete === undefined)) {
      context.issues.push({
        code: 'custom',
        message: 'an entry has either apply or delete',
        path: [],
        input: context.value,
      });
    }
  });

const from = z.union([z.literal('settled'), duration]);

const expectation = z.discriminatedUnion('metric', [
  z.strictObject({
    metric: z.literal('share'),
    service: z.string(),
    subset: z.string(),
    from: from.optional(),
    to: duration.optional(),
    interval: percent.default(0.99),
    against: z.enum(['configured', 'effective']).default('configured'),
  }),
  z.strictObject({
    metric: z.literal('errors'),
    service: z.string().optional().meta({ description: 'Absent: pages.' }),
    max: percent,
    from: from.optional(),
    to: duration.optional(),
  }),
  z.strictObject({
    metric: z.literal('flag'),
    service: z.string(),
    flag: z.enum(['NR', 'NC', 'UH', 'DC', 'UT', 'DI', 'FI']),
    min: whole.optional(),
    max: whole.optional(),
    from: from.optional(),
    to: duration.optional(),
  }),
  z.strictObject({
    metric: z.enum(['latency.p50', 'latency.p90', 'latency.p95', 'latency.p99', 'latency.p999']),
    service: z.string().optional().meta({ description: 'Absent: pages.' }),
    subset: z.string().optional(),
    max: duration,
  }),
  z.strictObject({
    metric: z.literal('propagation'),
    max: duration.meta({ description: 'Change to last proxy, of every push.' }),
  }),
]);

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
    traffic: z.array(traffic).default([]),
    controlPlane: controlPlane.prefault({}),
    proxy: z
      .strictObject({
        concurrency: z.number().int().min(1).max(64).default(2),
        selector: z.enum(['independent', 'counter']).default('independent'),
      })
      .prefault({}),
    hop: distribution.prefault({ dist: 'lognormal', p50: '800us', p99: '2.5ms' }),
    window: duration.optional(),
    timeline: z.array(timelineEntry).default([]),
    expect: z.array(expectation).default([]),
  }),
});

const step = z.union([
  z.strictObject({ work: distribution }),
  z.strictObject({
    call: z.strictObject({
      host: z.string().min(1),
      port: z.number().int().min(1).max(65535).default(9080),
      method: z.string().default('GET'),
      path: z.string().startsWith('/').default('/'),
      timeout: duration.default(30_000_000),
      tries: z.number().int().min(1).max(100).default(1),
      onFailure: z.enum(['body', 'fail']).default('fail'),
      failureStatus: z.number().int().min(400).max(599).default(500),
      forwards: z.array(z.string().transform((name) => name.toLowerCase())).default([]),
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
          fails: z
            .strictObject({ share: percent, status: z.number().int().min(400).max(599).default(503) })
            .optional(),
          script: z.array(step).default([]),
        }),
      )
      .min(1),
  }),
});

export type ScenarioText = z.infer<typeof scenarioSchema>;
export type AppText = z.infer<typeof appSchema>;
