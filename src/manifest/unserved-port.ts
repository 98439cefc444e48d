import { selects } from './labels.ts';
import type { Resource, Service } from './resource.ts';
import { isWorkload, type Workload } from './scale-target.ts';

/** A port of a Service that leads to a name no container of some pods has. */
export interface UnservedPort {
  readonly service: Service;
  readonly portIndex: number;
  readonly targetPort: string;
  /** The pods are its: they are no endpoints of that port (EndpointSlice controller, getEndpointPorts). */
  readonly workload: Workload;
}

export function unservedPorts(resources: readonly Resource[]): readonly UnservedPort[] {
  const workloads = resources.filter(isWorkload);
  return resources
    .filter((own) => own.kind === 'Service')
    .flatMap((service) =>
      service.spec.ports.flatMap(({ targetPort }, portIndex) => {
        if (typeof targetPort !== 'string') return [];
        return workloads
          .filter(
            ({ metadata, spec: { template } }) =>
              metadata.namespace === service.metadata.namespace &&
              selects(service.spec.selector, template.labels) &&
              !namesPort(template, targetPort),
          )
          .map((workload) => ({ service, portIndex, targetPort, workload }));
      }),
    );
}

/** Of init containers only those that go on are looked at (pkg/api/pod, FindPort). */
const namesPort = (
  { containers, initContainers }: Workload['spec']['template'],
  targetPort: string,
): boolean =>
  [...containers, ...initContainers.filter(({ isSidecar }) => isSidecar)].some(({ ports }) =>
    ports.some(({ name }) => name === targetPort),
  );
