import type { Workload } from '../../manifest/scale-target.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';

/** The hook that keeps a workload's pods longest before they end. */
export function preStopOf({ spec: { template } }: Workload): Pick<MeshFacts['workloads'][number], 'preStop'> {
  const hooks = template.containers.flatMap(({ preStop }) => preStop ?? []);
  if (hooks.length === 0) return {};
  const isTold = hooks.every(({ sleepSeconds }) => sleepSeconds !== undefined);
  return { preStop: { seconds: isTold ? Math.max(...hooks.map((own) => own.sleepSeconds!)) : null } };
}
