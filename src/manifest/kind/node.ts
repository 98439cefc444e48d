import { parseCpu } from '../quantity.ts';
import { anything, boolean, quantity, struct } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

/** Kubernetes core/v1 Node, as `kubectl get nodes -o yaml` prints it: where it is, by its labels, and what it has for pods. */
export const node: KindReader<'Node'> = {
  kind: 'Node',
  group: '',
  versions: ['v1'],
  unknownFields: 'ignore',
  fields: struct({
    ...objectFields(anything).fields,
    spec: struct({ unschedulable: boolean, podCIDR: anything, podCIDRs: anything, providerID: anything }),
    status: struct({ allocatable: struct({ cpu: quantity }), capacity: struct({ cpu: quantity }) }),
  }),
  checkName: checkSubdomain,
  read(spec, { labels }, _version, object) {
    const [allocatable, capacity] = ['allocatable', 'capacity'].map(
      (of) => object.at('status', of, 'cpu').quantity,
    );
    const cpu = allocatable ?? capacity;
    const parsed = cpu === undefined ? undefined : parseCpu(cpu);
    return {
      labels,
      ...(parsed !== undefined && 'millicores' in parsed ? { cpuMilli: parsed.millicores } : {}),
      ...(spec.at('unschedulable').boolean === true ? { unschedulable: true as const } : {}),
    };
  },
};
