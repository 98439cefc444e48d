import type { KeepAlive } from '../../mesh/app/connections.ts';
import { tcpMethod } from '../../mesh/envoy/route-match.ts';
import type { KeptFact, MeshFacts, RuleFact } from '../../record/mesh-facts.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** A call that pods make, and what becomes of its connection. */
export interface Call {
  readonly call: MeshFacts['calls'][number];
  readonly sidecar: boolean;
  readonly keepAlive: KeepAlive | undefined;
  /** null: every pod that calls keeps a connection. */
  readonly clients: number | null;
}

/**
 * Connections that are kept, and that stay with the pod that was chosen when they were opened: those of callers without a proxy,
 * and TCP through one. Requests of HTTP find a pod each, over whichever connection they come to a proxy.
 */
export function keptIn(
  calls: readonly Call[],
  traffic: Scenario['traffic'],
  rules: readonly RuleFact[],
): KeptFact[] {
  const inside = calls.flatMap(({ call: { caller, service, speaks }, sidecar, keepAlive, clients }) =>
    keepAlive === undefined || service === null || (sidecar && speaks !== 'tcp')
      ? []
      : [
          {
            caller,
            service,
            by: sidecar ? ('tcp' as const) : ('no sidecar' as const),
            clients,
            ...ageOf(keepAlive),
          },
        ],
  );
  const throughGateways = rules
    .filter(({ protocol, gateways }) => protocol === 'tcp' && gateways.length > 0)
    .flatMap(({ destinations }) => destinations.map(({ service }) => service));
  const outside = traffic.flatMap(({ from, request, keepAlive, clients }) =>
    from !== undefined || keepAlive === undefined || request.method !== tcpMethod
      ? []
      : throughGateways.map((service) => ({
          caller: 'visitors',
          service,
          by: 'tcp' as const,
          clients: clients?.count ?? 1,
          ...ageOf(keepAlive),
        })),
  );
  return [...inside, ...outside];
}

const ageOf = ({ maxAgeUs }: KeepAlive): Pick<KeptFact, 'maxAgeSeconds'> => ({
  maxAgeSeconds: maxAgeUs === Infinity ? null : maxAgeUs / 1e6,
});
