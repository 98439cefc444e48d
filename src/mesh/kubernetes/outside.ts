import type { PodTemplate, Resource, ServiceEntry, WorkloadEntrySpec } from '../../manifest/resource.ts';
import type { LiveWorkload } from './pod-life.ts';

/** Whatever a ServiceEntry brings by itself has the entry's host as this label: so an app can say what it does with requests. */
export const outsideLabel = 'host';

/** Endpoints that are no pods of the cluster, each by the name that it is known by. */
interface Outside {
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The world outside as workloads of one endpoint each, which is there from the start to the end, whatever entries say of it: the
 * addresses that ServiceEntries list, WorkloadEntries, and the hosts that are looked up or passed on to as they are.
 * Simplification: of hosts of one pattern there is one.
 */
export function outsideOf(resources: readonly Resource[]): LiveWorkload[] {
  const known = new Set<string>();
  return resources.flatMap(endpointsOf).flatMap((own) => {
    const key = JSON.stringify(own);
    if (known.has(key)) return [];
    known.add(key);
    return [workloadOf(own)];
  });
}

/** Labels of what a ServiceEntry brings by itself for one of its hosts: those that it lists are for all of them. */
export const outsideSelector = (
  { spec: { hosts, endpoints } }: ServiceEntry,
  host: string,
): Readonly<Record<string, string>> => ({
  [outsideLabel]: endpoints.length > 0 ? hosts[0]!.toLowerCase() : host,
});

function endpointsOf(own: Resource): Outside[] {
  const { name, namespace } = own.metadata;
  if (own.kind === 'WorkloadEntry') return [outside(name, namespace, own.spec, {})];
  if (own.kind !== 'ServiceEntry' || own.spec.workloadSelector !== undefined) return [];
  const { hosts, endpoints, resolution } = own.spec;
  const first = hosts[0]!.toLowerCase();
  if (endpoints.length > 0)
    return endpoints.map((each) => outside(each.address, namespace, each, { [outsideLabel]: first }));
  if (resolution === 'STATIC') return [];
  return hosts.map((written) => {
    const host = written.toLowerCase();
    return outside(host, namespace, { address: host, labels: {} }, { [outsideLabel]: host });
  });
}

function outside(
  name: string,
  namespace: string,
  { address, labels, locality = '' }: WorkloadEntrySpec,
  more: Readonly<Record<string, string>>,
): Outside {
  return {
    name,
    namespace,
    address,
    labels: { ...labels, ...(locality === '' ? {} : { 'istio-locality': locality }), ...more },
  };
}

function workloadOf({ name, namespace, address, labels }: Outside): LiveWorkload {
  const template: PodTemplate = {
    labels,
    annotations: {},
    nodeSelector: {},
    containers: [{ name: 'outside', image: '', resources: {}, ports: [] }],
    initContainers: [],
    resources: {},
    memoryRequests: { ownBytes: 0, sidecarBytes: 0 },
    terminationGracePeriodSeconds: 30,
    injectedProxy: { inject: false, resources: {} },
  };
  const own: LiveWorkload = {
    kind: 'outside',
    name,
    namespace,
    selector: labels,
    replicas: 1,
    strategy: { type: 'Recreate' },
    stateful: undefined,
    daemon: undefined,
    restarted: '',
    isHalted: false,
    isDeleted: false,
    sets: [],
  };
  own.sets.push({
    workload: own,
    owner: {
      metadata: { name, namespace },
      spec: { selector: labels, template, minReadySeconds: 0 },
      address,
    },
    revision: '',
    fingerprint: '',
    wanted: 1,
    pods: [],
    creating: 0,
    making: new Set(),
    ordinal: 0,
  });
  return own;
}
