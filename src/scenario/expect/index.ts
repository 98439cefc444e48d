import * as z from 'zod';
import { busiest } from './busiest.ts';
import { errors } from './errors.ts';
import type { ExpectationKind } from './expectation-kind.ts';
import { flag } from './flag.ts';
import { latency } from './latency.ts';
import { pods } from './pods.ts';
import { propagation } from './propagation.ts';
import { share } from './share.ts';
import { shows } from './shows.ts';
import { times } from './times.ts';
import { took } from './took.ts';

/** Everything that can be demanded of a run, by its metric. */
export const expectationKinds = {
  share,
  errors,
  shows,
  took,
  mirrored: times,
  retries: times,
  ejections: times,
  busiest,
  flag,
  'latency.p50': latency,
  'latency.p90': latency,
  'latency.p95': latency,
  'latency.p99': latency,
  'latency.p999': latency,
  replicas: pods,
  ready: pods,
  propagation,
};

type ExpectOf<Kind> = Kind extends ExpectationKind<infer Own> ? Own : never;

/** One thing that a scenario demands of its run; times in microseconds, shares 0..1. */
export type Expect = ExpectOf<(typeof expectationKinds)[keyof typeof expectationKinds]>;

export const kindOf = (own: Expect): ExpectationKind<Expect> => expectationKinds[own.metric];

const schemas = [...new Set(Object.values(expectationKinds))].map((kind) => kind.schema);

/** An entry of `spec.expect`, as it is written: `metric` says which schema it has to fit. */
export const expectationSchema = z.discriminatedUnion('metric', [schemas[0]!, ...schemas.slice(1)]).transform(
  // Each schema's output is its member's own type, which a list of schemas does not carry.
  (own) => own as unknown as Expect,
);

/** Moments at which counts must be kept, so that it can be judged; in microseconds. */
export const edgesOf = (own: Expect): number[] =>
  ['from', 'to', 'at'].flatMap((name) => {
    const edge: unknown = (own as Readonly<Record<string, unknown>>)[name];
    return typeof edge === 'number' ? [edge] : [];
  });
