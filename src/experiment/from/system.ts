import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';
import { selects, type Labels } from '../../manifest/labels.ts';
import type { ServicePort } from '../../manifest/resource.ts';
import { protocolOf, isTcpPort } from '../../mesh/istiod/protocol.ts';
import type { Exported } from './exported.ts';
import { isWorkloadKind, labelsOf, templateOf } from './kept.ts';

/** A Service of the export, and whose pods stand behind it. */
export interface Service {
  readonly name: string;
  readonly namespace: string;
  readonly ports: readonly Port[];
  readonly type: string;
  readonly workloads: readonly Workload[];
  /** ExternalName, or no selector: what answers is not in the export. */
  readonly isElsewhere: boolean;
}

export interface Port {
  readonly number: number;
  readonly target: number | string | undefined;
  /** Connections are bytes: databases, queues. */
  readonly isTcp: boolean;
  /** Said by its name or appProtocol; else found out, or known of the number. */
  readonly isDeclared: boolean;
}

export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly selector: Labels;
  /** Of its pods. */
  readonly template: Data;
  readonly isGateway: boolean;
  readonly services: Service[];
}

export interface System {
  readonly services: readonly Service[];
  readonly workloads: readonly Workload[];
  /** Services of outside, by ServiceEntries: host -> first port. */
  readonly outside: ReadonlyMap<string, Port>;
}

/** Who is there, and who answers for whom. */
export function systemOf(objects: readonly Exported[]): System {
  const workloads = objects.filter(({ kind }) => isWorkloadKind(kind)).map(workloadOf);
  const services = objects.filter(({ kind }) => kind === 'Service').map((own) => serviceOf(own, workloads));
  for (const service of services) for (const own of service.workloads) own.services.push(service);
  const outside = new Map<string, Port>();
  for (const { kind, source } of objects) {
    if (kind !== 'ServiceEntry') continue;
    const { hosts, ports } = mapOf(source['spec']);
    const [port] = listOf(ports).map(entryPortOf);
    if (port !== undefined) for (const host of listOf(hosts)) outside.set(String(host), port);
  }
  return { services, workloads, outside };
}

export function workloadOf(own: Exported): Workload {
  const labels = labelsOf(own);
  const { matchLabels } = mapOf(mapOf(mapOf(own.source['spec'])['selector']));
  const template = templateOf(own);
  return {
    kind: own.kind,
    name: own.name,
    namespace: own.namespace,
    labels,
    selector: own.kind === 'Pod' ? labels : textMap(matchLabels),
    template,
    isGateway: isGateway(template, labels),
    services: [],
  };
}

/** As the reader of manifests tells it (`kind/injected-proxy.ts`). */
function isGateway(template: Data, labels: Labels): boolean {
  const templates = mapOf(mapOf(template['metadata'])['annotations'])['inject.istio.io/templates'];
  if (typeof templates === 'string') return templates.split(',').some((own) => own.trim() === 'gateway');
  const containers = listOf(mapOf(template['spec'])['containers']);
  if (containers.some(({ args }) => Array.isArray(args) && args.includes('router'))) return true;
  return /gateway$/.test(labels['istio'] ?? '');
}

function serviceOf({ name, namespace, source }: Exported, workloads: readonly Workload[]): Service {
  const { selector, ports, type, externalName } = mapOf(source['spec']);
  const wanted = textMap(selector);
  return {
    name,
    namespace,
    ports: listOf(ports)
      .map(portOf)
      .filter((own) => own !== undefined),
    type: typeof type === 'string' ? type : 'ClusterIP',
    workloads: workloads.filter((own) => own.namespace === namespace && selects(wanted, own.labels)),
    isElsewhere: externalName !== undefined || Object.keys(wanted).length === 0,
  };
}

/** Numbers of databases and queues, where the port has no name that says so. */
const knownTcp: readonly number[] = [
  1433, 1521, 2181, 3306, 4222, 5432, 5672, 5671, 6379, 6380, 7000, 9042, 9092, 9093, 11211, 26257, 27017,
  27018,
];

function portOf({ port, name, appProtocol, protocol, targetPort }: Data): Port | undefined {
  if (typeof port !== 'number') return undefined;
  const own: ServicePort = {
    port,
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof appProtocol === 'string' ? { appProtocol } : {}),
    ...(protocol === 'UDP' || protocol === 'SCTP' ? { transport: protocol } : {}),
  };
  if (own.transport !== undefined) return undefined;
  const isDeclared = protocolOf(own) !== 'auto';
  return {
    number: port,
    target: typeof targetPort === 'number' || typeof targetPort === 'string' ? targetPort : undefined,
    isTcp: isTcpPort(own) || (!isDeclared && knownTcp.includes(port)),
    isDeclared,
  };
}

function entryPortOf({ number, protocol }: Data): Port {
  const word = String(protocol).toUpperCase();
  return {
    number: Number(number),
    target: undefined,
    isTcp: !['HTTP', 'HTTP2', 'GRPC'].includes(word),
    isDeclared: true,
  };
}

export const textMap = (value: unknown): Labels =>
  Object.fromEntries(Object.entries(mapOf(value)).map(([key, own]) => [key, String(own)]));

/** How pods of a namespace call a Service. */
export const hostFrom = (namespace: string, service: Pick<Service, 'name' | 'namespace'>): string =>
  service.namespace === namespace ? service.name : `${service.name}.${service.namespace}`;

export const idOf = ({ kind, namespace, name }: Pick<Workload, 'kind' | 'namespace' | 'name'>): string =>
  `${kind}/${namespace}/${name}`;
