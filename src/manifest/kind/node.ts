import type { Cursor } from '../cursor.ts';
import type { Taint } from '../resource.ts';
import { parseCpu, parseMemory, quantityNumber } from '../quantity.ts';
import { anything, boolean, quantity, list, struct } from '../schema.ts';
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
    spec: struct({
      unschedulable: boolean,
      podCIDR: anything,
      podCIDRs: anything,
      providerID: anything,
      taints: list(anything),
    }),
    status: struct({ allocatable: amounts, capacity: amounts }),
  }),
  checkName: checkSubdomain,
  // Who is there already is told to leave by it.
  leftOut: (object) =>
    readTaints(object.at('spec', 'taints')).some(({ effect }) => effect === 'NoExecute')
      ? ['spec.taints[].effect']
      : [],
  read(spec, { labels }, _version, object) {
    const has = (resource: string): string | undefined =>
      ['allocatable', 'capacity'].flatMap((of) => object.at('status', of, resource).quantity ?? [])[0];
    const [cpu, memory, pods] = [parseCpu(has('cpu') ?? ''), parseMemory(has('memory') ?? ''), has('pods')];
    const taints = readTaints(spec.at('taints'));
    return {
      labels,
      ...('millicores' in cpu ? { cpuMilli: cpu.millicores } : {}),
      ...('bytes' in memory ? { memoryBytes: memory.bytes } : {}),
      ...present({ podsMax: pods === undefined ? undefined : quantityNumber(pods) }),
      ...(taints.length === 0 ? {} : { taints }),
      ...(spec.at('unschedulable').boolean === true ? { unschedulable: true as const } : {}),
    };
  },
};

/** The node lifecycle controller keeps one for a cordon, which `unschedulable` says as well. */
const readTaints = (taints: Cursor): Taint[] =>
  taints.items.flatMap((own) => {
    const [{ text: key = '' }, { text: value = '' }, { text: effect }] = [
      own.at('key'),
      own.at('value'),
      own.at('effect'),
    ];
    return key === 'node.kubernetes.io/unschedulable' ||
      (effect !== 'NoSchedule' && effect !== 'NoExecute' && effect !== 'PreferNoSchedule')
      ? []
      : [{ key, value, effect }];
  });
