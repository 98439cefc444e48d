import * as z from 'zod';
import { count } from '../../words/number.ts';
import type { ChangeKind } from './change.ts';
import { destinationRulesOf, policiesIn } from './destinations.ts';
import { mapOf, type Data } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('connection-limits'),
  service: z.string(),
  versions: z.array(z.string()).describe('Of it; those that are Services of their own are meant, too.'),
  limit: z.int().positive(),
});
type ConnectionLimits = z.infer<typeof schema>;

/** What the circuit breakers of a Service allow. */
export const connectionLimits: ChangeKind<ConnectionLimits> = {
  schema,
  text: ({ service, limit }) =>
    `Raise the limits of connectionPool of ${service} (maxConnections, http1MaxPendingRequests, http2MaxRequests) to ${count(limit)}.`,
  apply({ service, versions, limit }, written) {
    const pools = destinationRulesOf(written, service, versions)
      .flatMap(policiesIn)
      .map((own) => mapOf(own['connectionPool']));
    const raised = pools.filter((pool) => {
      const tcp = raise(mapOf(pool['tcp']), 'maxConnections', limit);
      const http = ['http1MaxPendingRequests', 'http2MaxRequests'].map((field) =>
        raise(mapOf(pool['http']), field, limit),
      );
      return tcp || http.includes(true);
    });
    return raised.length === 0 ? `no DestinationRule of ${service} has a lower limit` : undefined;
  },
};

function raise(data: Data, field: string, limit: number): boolean {
  const isLower = Number(data[field] ?? 0) > 0 && Number(data[field]) < limit;
  if (isLower) data[field] = limit;
  return isLower;
}
