import { podPortOf } from './named-port.ts';
import { workloadPicker } from './picked-workloads.ts';
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
  const pickedBy = workloadPicker(resources.filter(isWorkload));
  return resources
    .filter((own) => own.kind === 'Service')
    .filter(({ spec }) => spec.isHeadless !== true)
    .flatMap((service) =>
      service.spec.ports.flatMap((port, portIndex) => {
        const { targetPort } = port;
        if (typeof targetPort !== 'string') return [];
        return pickedBy(service)
          .filter(({ spec: { template } }) => podPortOf(template, port) === undefined)
          .map((workload) => ({ service, portIndex, targetPort, workload }));
      }),
    );
}

/** A number that a Service leads to, and that containers of some pods do not declare, although they declare others. */
export interface UndeclaredPort {
  readonly service: Service;
  readonly portIndex: number;
  readonly number: number;
  readonly workload: Workload;
  readonly declared: readonly number[];
  /** Other pods of the Service do: these ones have another port than those. */
  readonly othersDo: boolean;
}

/** Declarations are for readers alone (Kubernetes, ContainerPort: "primarily informational"); a gateway's proxy opens what its Gateways say. */
export function undeclaredPorts(resources: readonly Resource[]): readonly UndeclaredPort[] {
  const pickedBy = workloadPicker(resources.filter(isWorkload));
  return resources
    .filter((own) => own.kind === 'Service')
    .filter(({ spec }) => spec.isHeadless !== true && Object.keys(spec.selector).length > 0)
    .flatMap((service) => {
      const picked = pickedBy(service)
        .filter(({ spec: { template } }) => template.injectedProxy.isGateway !== true)
        .map((workload) => ({ workload, declared: numbersOf(workload) }));
      return service.spec.ports.flatMap(({ port, targetPort: number = port, transport }, portIndex) => {
        if (typeof number !== 'number' || transport !== undefined) return [];
        const othersDo = picked.some(({ declared }) => declared.includes(number));
        return picked.flatMap(({ workload, declared }) =>
          declared.length === 0 || declared.includes(number)
            ? []
            : [{ service, portIndex, number, workload, declared, othersDo }],
        );
      });
    });
}

const numbersOf = ({ spec: { template } }: Workload): number[] =>
  [...template.containers, ...template.initContainers.filter(({ isSidecar }) => isSidecar)].flatMap(
    ({ ports }) =>
      ports.flatMap(({ containerPort, transport }) => (transport === undefined ? [containerPort] : [])),
  );
