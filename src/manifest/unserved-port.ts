import { selects } from './labels.ts';
import { podPortOf } from './named-port.ts';
import type { Resource, Service } from './resource.ts';
import { isWorkload, type Workload } from './scale-target.ts';

/** A port of a Service that leads to a name no container of some pods has. */
export interface UnservedPort {
  readonly service: Service;
  readonly portIndex: number;
  readonly targetPort: string;
  /** The pods are its, and no endpoints of that port. */
  readonly workload: Workload;
}

/** A headless Service's callers find its pods by themselves, whatever its ports say. */
export function unservedPorts(resources: readonly Resource[]): readonly UnservedPort[] {
  const workloads = resources.filter(isWorkload);
  return resources
    .filter((own) => own.kind === 'Service')
    .filter(({ spec }) => spec.isHeadless !== true)
    .flatMap((service) =>
      service.spec.ports.flatMap((port, portIndex) => {
        const { targetPort } = port;
        if (typeof targetPort !== 'string') return [];
        return workloads
          .filter(
            ({ metadata, spec: { template } }) =>
              metadata.namespace === service.metadata.namespace &&
              selects(service.spec.selector, template.labels) &&
              podPortOf(template, port) === undefined,
          )
          .map((workload) => ({ service, portIndex, targetPort, workload }));
      }),
    );
}
