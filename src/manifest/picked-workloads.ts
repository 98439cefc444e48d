import { byLabels } from './by-labels.ts';
import { selects } from './labels.ts';
import type { Service } from './resource.ts';
import type { Workload } from './scale-target.ts';

/** Workloads whose pods a Service selects, in their order. */
export function workloadPicker(
  workloads: readonly Workload[],
): (service: Pick<Service, 'metadata' | 'spec'>) => readonly Workload[] {
  const having = byLabels(workloads, ({ spec }) => spec.template.labels);
  return ({ metadata: { namespace }, spec: { selector } }) =>
    having(selector).filter(
      (own) => own.metadata.namespace === namespace && selects(selector, own.spec.template.labels),
    );
}
