import { capacitySchema } from './capacity-schema.ts';
import { flag, list, number, object, orNull, text } from './json-schema.ts';
import { recordSchema } from './record.ts';

/** JSON Schema (draft 7) of `summary.json`; the meaning of each field stands beside it in record.ts. */
const verdict = object({
  kind: { enum: ['chance', 'propagation', 'fault', 'none'] },
  sentence: text,
  reasons: list(text),
});
const counts = {
  fromSeconds: number,
  toSeconds: number,
  requests: number,
  observed: list(number),
  configured: orNull(list(number)),
  effective: orNull(list(number)),
  errors: list(number),
};
const latency = object({
  key: text,
  count: number,
  meanMs: number,
  p50: number,
  p90: number,
  p95: number,
  p99: number,
  p999: number,
  maxMs: number,
  bins: list({ type: 'array', items: number, minItems: 2, maxItems: 2 }),
});
const split = object({
  service: text,
  keys: list(text),
  marks: list(orNull(text)),
  configured: list(
    object({ atSeconds: number, shares: list(number), endpointShares: list(number), rule: text }, ['shares']),
  ),
  phases: list(
    object({
      ...counts,
      state: { enum: ['settled', 'propagating'] },
      rule: text,
      perKey: list(object({ key: text, interval: orNull(list(number)) })),
      p: orNull(number),
      test: orNull(text),
      meters: object({
        served: list(number),
        servedErrors: list(number),
        mirrored: list(number),
        retries: number,
        pages: orNull(list(number)),
        pagesWithout: orNull(number),
      }),
    }),
  ),
  windows: list(object({ ...counts, latency: list(object({ p50: number, p95: number, p99: number })) })),
  latency: list(latency),
});
const session = object({
  name: text,
  service: text,
  keys: list(text),
  refreshes: list(
    object({
      atSeconds: number,
      latencyMs: number,
      key: number,
      shows: text,
      status: number,
      snapshot: number,
      stale: flag,
      share: orNull(number),
      flags: text,
    }),
  ),
  counts: list(number),
  errors: number,
  distribution: orNull(list(number)),
  configuredDistribution: orNull(list(number)),
  distributionKey: orNull(text),
  p: orNull(number),
  verdict,
});

export const recordSchemaJson = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'meshshift run',
  ...object(
    {
      schema: { const: recordSchema },
      version: text,
      modelled: object({ istio: text, envoy: text, kubernetes: text }),
      scenario: object({
        name: text,
        title: text,
        hash: text,
        seed: text,
        durationSeconds: number,
        command: text,
        settings: list(text),
      }),
      verdict,
      expectations: list(object({ text, ok: flag, found: text })),
      focus: text,
      splits: list(split),
      timeline: list(object({ atSeconds: number, verb: text, file: text, changes: list(text) })),
      pushes: list(
        object({
          snapshot: number,
          changedSeconds: number,
          startedSeconds: number,
          changes: list(text),
          arrivals: list(object({ proxy: number, atSeconds: orNull(number) })),
          settledSeconds: orNull(number),
        }),
      ),
      ejections: list(
        object({
          atSeconds: number,
          kind: { enum: ['ejected', 'returned'] },
          proxy: text,
          cluster: text,
          pod: text,
          reason: text,
        }),
      ),
      capacity: orNull(capacitySchema),
      refreshes: list(session),
      pages: object({
        pages: number,
        failed: number,
        withErrorInBody: list(object({ service: text, pages: number })),
        plainErrors: list(object({ service: text, requests: number })),
        flags: list(object({ service: text, flag: text, requests: number })),
        latency,
        inFlight: number,
        overdue: number,
      }),
      metrics: object({
        requests: list(
          object({
            reporter: { enum: ['source', 'destination'] },
            source: text,
            service: text,
            namespace: text,
            protocol: { enum: ['http', 'grpc', 'tcp'] },
            destination: text,
            version: text,
            status: number,
            flags: text,
            requests: number,
            durationMs: number,
            durations: list(number),
          }),
        ),
        durationEdgesMs: list(number),
        envoy: list(object({ name: text, pod: text, cluster: text, value: number })),
      }),
      traffic: list(object({ name: text, kind: text, pages: number, failed: number })),
      proxies: list(object({ pod: text, workload: text, gateway: flag })),
      warnings: list(text),
      ignored: list(text),
      assumptions: list(text),
      interrupted: flag,
      ended: object({
        limit: { enum: ['events', 'clock', 'pages', 'requests', 'depth'] },
        allowed: number,
        atSeconds: number,
        sentence: text,
        cause: text,
      }),
    },
    ['ended'],
  ),
};
