import * as z from 'zod';
import { duration } from '../../manifest/field.ts';
import type { ExpectationKind } from './expectation-kind.ts';
import { serviceOrPages, subset } from './fields.ts';

const quantiles = {
  'latency.p50': 0.5,
  'latency.p90': 0.9,
  'latency.p95': 0.95,
  'latency.p99': 0.99,
  'latency.p999': 0.999,
};

const schema = z.strictObject({
  metric: z
    .enum(['latency.p50', 'latency.p90', 'latency.p95', 'latency.p99', 'latency.p999'])
    .describe('A quantile of how long pages took, or requests to a service.'),
  service: serviceOrPages,
  subset: subset.optional().describe('One version; absent: each version must keep to it.'),
  max: duration.describe('At most so long.'),
});

export const latency: ExpectationKind<z.output<typeof schema>> = {
  schema,
  text(own) {
    const subset = own.subset === undefined ? '' : ` ${own.subset}`;
    const subject = own.service === undefined ? 'pages' : `${own.service}${subset}`;
    return `${own.metric} of ${subject}: at most ${own.max / 1000} ms`;
  },
  judge(own, run) {
    const filled = run.latencies(own.service, own.subset).filter((histogram) => histogram.count > 0);
    if (filled.length === 0) return { ok: false, found: 'none were served' };
    const worst = Math.max(...filled.map((histogram) => histogram.quantile(quantiles[own.metric])));
    return { ok: worst <= own.max, found: `${worst / 1000} ms` };
  },
};
