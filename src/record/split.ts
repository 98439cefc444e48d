import * as z from 'zod';
import { alongKeys, number, text, whole } from './field.ts';

export const latencySummary = z.strictObject({
  key: text,
  count: whole,
  meanMs: number,
  p50: number,
  p90: number,
  p95: number,
  p99: number,
  p999: number,
  maxMs: number,
  bins: z
    .array(z.tuple([number, whole]))
    .describe('Log-linear bins (upper edge in ms, count), empty bins left out; for drawing.'),
});

const configuredStep = z.strictObject({
  atSeconds: number,
  shares: z
    .array(number)
    .optional()
    .describe("Share per key; absent where no rule matches (the endpoints' share is then the expectation)."),
  endpointShares: z
    .array(number)
    .describe("Ready endpoints' share per key at that moment, the expectation where no rule matches."),
  rule: text.describe('"VirtualService reviews.default, rule 1" or "no rule: default cluster".'),
  decidedBy: z
    .enum(['pods', 'proxy'])
    .optional()
    .describe(
      'Where a rule acts and gives no shares: its destinations do not tell the versions apart, or a proxy answers by itself.',
    ),
});

/** Counts by the moment at which the caller's proxy chose (not by completion). */
const splitCounts = {
  fromSeconds: number,
  toSeconds: number,
  requests: whole.describe("Requests at the callers' proxies."),
  observed: z.array(whole).describe('Requests per key; the rest (requests - sum) went nowhere (no route).'),
  configured: z
    .array(number)
    .nullable()
    .describe(
      'Sum over requests of the share that the manifests gave each key at that moment, / requests; null without requests.',
    ),
  effective: z
    .array(number)
    .nullable()
    .describe('The same for the share that the asked proxy held at that moment.'),
  errors: z
    .array(whole)
    .describe("Requests per key that ended in an error seen by the caller's proxy (status 0 or >= 500)."),
};

const phaseMeters = z
  .strictObject({
    served: z
      .array(whole)
      .describe(
        'Tries that the pods answered, by the time of the answer: retries and mirrored copies among them.',
      ),
    servedErrors: z.array(whole).describe('Those that they answered with a status of 500 or more.'),
    mirrored: z.array(whole).describe("Mirrored copies that callers' proxies sent."),
    retries: whole.describe("Second and later tries by the callers' proxies."),
    pages: z
      .array(whole)
      .nullable()
      .describe('Pages that showed each key; null for services other than the focus.'),
    pagesWithout: whole.nullable().describe('Pages that came, but with an error in its place.'),
  })
  .describe("The same requests seen elsewhere than at their callers' proxies; by key.");

const splitPart = z.strictObject({
  rule: text.describe('"VirtualService web.default, rule 1", "no rule: default cluster".'),
  shares: z
    .array(number)
    .nullable()
    .describe('Share per key; null: it divides nothing, a balancer chooses among all pods.'),
  byPods: z
    .literal(true)
    .optional()
    .describe('A rule acts, and its destinations do not tell the versions apart; absent: it is not so.'),
  requests: whole,
  asked: z.array(text).describe('Kinds of these requests, "host:port/path".'),
  callers: z.array(text).describe('Workloads that send them; "visitors": nobody inside the mesh.'),
});

const phase = z.strictObject({
  ...splitCounts,
  state: z
    .enum(['settled', 'propagating'])
    .describe('settled: every proxy holds what is configured. propagating: some do not yet.'),
  rule: text.describe('What is in force: "v1 50 %, v3 50 %" or "no rule".'),
  parts: z
    .array(splitPart)
    .optional()
    .describe(
      'What the manifests said, where they did not say the same to all requests and some rule divides: no one share is asked then.',
    ),
  perKey: z.array(
    z.strictObject({
      key: text,
      interval: z.tuple([number, number]).nullable().describe('Wilson, 95 %; null without requests.'),
    }),
  ),
  p: number
    .nullable()
    .describe(
      "Two-sided p-value of the observed counts under independent draws with the effective shares; null where nothing was to be drawn (one destination, no requests) or the expectation is only the endpoints' share.",
    ),
  test: text
    .nullable()
    .describe('Name of the test: "exact binomial", "exact Poisson-binomial", "chi-square".'),
  meters: phaseMeters,
});

const splitWindow = z.strictObject({
  ...splitCounts,
  latency: z.array(z.strictObject({ p50: number, p95: number, p99: number })),
});

/**
 * A service's split. A "key" names one part of it: the subset that a rule drew or, where no rule matched, the subset (or
 * version label) of the pod that the balancer chose.
 */
export const serviceSplit = z
  .strictObject({
    service: text,
    keys: z.array(text).describe('In the order of colour: v1, v2, v3 ...'),
    marks: z
      .array(text.nullable())
      .describe(
        'How the page shows each key: `none`, `black`, `red` stars; null for services without stars.',
      ),
    configured: z
      .array(configuredStep)
      .describe('What the manifests said, as steps; a step holds until the next.'),
    phases: z
      .array(phase)
      .describe('Intervals between rule changes, split where the last proxy has caught up.'),
    windows: z.array(splitWindow).describe('Even windows over the whole run, at most a few hundred.'),
    latency: z
      .array(latencySummary)
      .describe("Latency at the caller's proxy over the whole run, per key; ms."),
  })
  .check((context) => {
    const { keys, marks, configured, phases, windows, latency } = context.value;
    const complain = (
      lists: Parameters<typeof alongKeys>[1],
      place: readonly (string | number)[] = [],
    ): void => {
      for (const { path, message } of alongKeys(keys, lists))
        context.issues.push({ code: 'custom', path: [...place, path], message, input: context.value });
    };
    complain({ marks, latency });
    configured.forEach(({ shares, endpointShares }, at) =>
      complain({ shares, endpointShares }, ['configured', at]),
    );
    phases.forEach(({ observed, configured, effective, errors, perKey, meters, parts = [] }, at) => {
      parts.forEach(({ shares }, place) => complain({ shares }, ['phases', at, 'parts', place]));
      complain({ observed, configured, effective, errors, perKey }, ['phases', at]);
      const { served, servedErrors, mirrored, pages } = meters;
      complain({ served, servedErrors, mirrored, pages }, ['phases', at, 'meters']);
    });
    windows.forEach(({ observed, configured, effective, errors, latency }, at) =>
      complain({ observed, configured, effective, errors, latency }, ['windows', at]),
    );
  });
