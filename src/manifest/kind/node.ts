import { parseCpu, parseMemory, quantityNumber } from '../quantity.ts';
import { anything, boolean, quantity, struct } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { present } from './present.ts';

const amounts = struct({ cpu: quantity, memory: quantity, pods: quantity });

/** Kubernetes core/v1 Node, as `kubectl get nodes -o yaml` prints it: where it is, by its labels, and what it has for pods. */
export const node: KindReader<'Node'> = {
  kind: 'Node',
  group: '',
  versions: ['v1'],
  unknownFields: 'ignore',
  fields: struct({
    ...objectFields(anything).fields,
    spec: struct({ unschedulable: boolean, podCIDR: anything, podCIDRs: anything, providerID: anything }),
    status: struct({ allocatable: amounts, capacity: amounts }),
  }),
  checkName: checkSubdomain,
  read(spec, { labels }, _version, object) {
    const has = (resource: string): string | undefined =>
      ['allocatable', 'capacity'].flatMap((of) => object.at('status', of, resource).quantity ?? [])[0];
    const [cpu, memory, pods] = [parseCpu(has('cpu') ?? ''), parseMemory(has('memory') ?? ''), has('pods')];
    return {
      labels,
      ...('millicores' in cpu ? { cpuMilli: cpu.millicores } : {}),
      ...('bytes' in memory ? { memoryBytes: memory.bytes } : {}),
      ...present({ podsMax: pods === undefined ? undefined : quantityNumber(pods) }),
      ...(spec.at('unschedulable').boolean === true ? { unschedulable: true as const } : {}),
    };
  },
};
