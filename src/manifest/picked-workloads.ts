import { selects } from './labels.ts';
import type { Service } from './resource.ts';
import type { Workload } from './scale-target.ts';

/** Workloads whose pods a Service selects, in their order: found by the rarest of the labels that it asks for, without a look at all. */
export function workloadPicker(
  workloads: readonly Workload[],
): (service: Pick<Service, 'metadata' | 'spec'>) => readonly Workload[] {
  const byLabel = new Map<string, Workload[]>();
  const keyOf = (namespace: string, label: string, value: string): string =>
    JSON.stringify([namespace, label, value]);
  for (const own of workloads) {
    for (const [label, value] of Object.entries(own.spec.template.labels)) {
      const key = keyOf(own.metadata.namespace, label, value);
      const known = byLabel.get(key);
      if (known === undefined) byLabel.set(key, [own]);
      else known.push(own);
    }
  }
  return ({ metadata: { namespace }, spec: { selector } }) => {
    const lists = Object.entries(selector).map(
      ([label, value]) => byLabel.get(keyOf(namespace, label, value)) ?? [],
    );
    const [rarest = []] = lists.sort((a, b) => a.length - b.length);
    return rarest.filter((own) => selects(selector, own.spec.template.labels));
  };
}
