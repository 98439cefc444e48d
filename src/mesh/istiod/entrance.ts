import { matches, selects, type Labels } from '../../manifest/labels.ts';
import { podPortOf } from '../../manifest/named-port.ts';
import type { Gateway, KubernetesGateway, PodTemplate, Resource, Service } from '../../manifest/resource.ts';
import { isWorkload, type Workload } from '../../manifest/scale-target.ts';
import type { ProxyPlace } from '../envoy/proxies.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import { deployedFor, deployedName } from './gateway-deployment.ts';
import { gatewayNameLabel } from './proxy-place.ts';

/** The namespace of the gateways that Istio's own installation has. */
export const installedIn = 'istio-system';

type AnyGateway = Gateway | KubernetesGateway;

/** Where visitors come into the mesh: the pods of a gateway, and the port that they ask at. */
export interface Entrance {
  readonly workload: string;
  readonly namespace: string;
  readonly identity: ProxyIdentity;
  /** By which connections find its pods: what its Service selects, where there is one. */
  readonly endpointLabels: Labels;
  readonly port: number;
  /** By which a Service lets connections in, or takes them on to (targetPort); undefined: its pods have no Service. */
  readonly openPorts: readonly number[] | undefined;
  /** Connections come to a node first, and stay there (externalTrafficPolicy Local). */
  readonly byNode: boolean;
  /** No manifest has its pods: there is one, which never ends. undefined: pods come and go as those of any workload. */
  readonly assumed: ProxyPlace | undefined;
}

/**
 * The entrance that is called so: a Gateway's, Istio's or Gateway API's (`bookinfo-gateway`, `shop/public`), or a gateway's
 * Deployment. Without a name it is that of the first Gateway. undefined: nothing is called so.
 *
 * A Gateway of Istio runs on every gateway whose labels it selects, in any namespace (push_context.go, mergeGateways); its
 * visitors come to the first of them. An application's manifests seldom bring the ingress gateway along: then one pod is
 * assumed, with Istio's own labels or what the Gateway selects (installations differ in that label).
 */
export function entranceOf(resources: readonly Resource[], name: string): Entrance | undefined;
export function entranceOf(resources: readonly Resource[], name?: undefined): Entrance;
export function entranceOf(resources: readonly Resource[], name: string | undefined): Entrance | undefined;
export function entranceOf(resources: readonly Resource[], name?: string): Entrance | undefined {
  const gateways = resources.filter(isGateway);
  const workloads = [...resources, ...resources.flatMap(deployedFor)].filter(isGatewayWorkload);
  if (name === undefined) {
    const [first] = gateways;
    return first === undefined
      ? (ofWorkload(workloads[0], gateways, resources) ?? assumedFor(undefined))
      : of(first);
  }
  const isCalled = ({ metadata }: Resource): boolean =>
    name === metadata.name || name === `${metadata.namespace}/${metadata.name}`;
  const gateway = gateways.find(isCalled);
  return gateway === undefined ? ofWorkload(workloads.find(isCalled), gateways, resources) : of(gateway);

  function of(gateway: AnyGateway): Entrance {
    const own = workloads.find((each) => runs(each, gateway));
    return own === undefined ? assumedFor(gateway) : entranceAt(own, portOf(gateway), resources);
  }
}

/** Names that visitors may ask for an entrance by. */
export const entranceNames = (resources: readonly Resource[]): string[] => [
  ...resources.filter(isGateway).map(({ metadata }) => metadata.name),
  ...resources.filter(isGatewayWorkload).map(({ metadata }) => metadata.name),
];

const isGateway = (own: Resource): own is AnyGateway =>
  own.kind === 'Gateway' || own.kind === 'KubernetesGateway';

/** Its only container is a proxy. */
const isGatewayWorkload = (own: Resource): own is Workload =>
  isWorkload(own) && own.spec.template.injectedProxy.isGateway === true;

function runs({ metadata, spec: { template } }: Workload, gateway: AnyGateway): boolean {
  return gateway.kind === 'Gateway'
    ? matches(gateway.spec.selector, template.labels)
    : metadata.namespace === gateway.metadata.namespace &&
        template.labels[gatewayNameLabel] === gateway.metadata.name;
}

function ofWorkload(
  own: Workload | undefined,
  gateways: readonly AnyGateway[],
  resources: readonly Resource[],
): Entrance | undefined {
  if (own === undefined) return undefined;
  const gateway = gateways.find((each) => runs(own, each));
  return entranceAt(own, gateway === undefined ? 80 : portOf(gateway), resources);
}

/** Of a workload's Services, the one with the port is asked first: two Deployments behind it share its visitors. */
function entranceAt(
  { metadata: { name, namespace }, spec }: Workload,
  port: number,
  resources: readonly Resource[],
): Entrance {
  const { labels } = spec.template;
  const services = resources.filter(
    (own): own is Service =>
      own.kind === 'Service' && own.metadata.namespace === namespace && selects(own.spec.selector, labels),
  );
  const service = services.find((own) => own.spec.ports.some((each) => each.port === port)) ?? services[0];
  return {
    workload: name,
    namespace,
    identity: { type: 'gateway', namespace, labels },
    endpointLabels: service?.spec.selector ?? spec.selector,
    port,
    openPorts: services.length === 0 ? undefined : services.flatMap((own) => portsOf(own, spec.template)),
    byNode: service?.spec.externalTrafficPolicy === 'Local',
    assumed: undefined,
  };
}

/** A server that is on the port of its Service, or on what that is taken on to (model/gateway.go, resolvePorts). */
const portsOf = (service: Service, template: PodTemplate): number[] =>
  service.spec.ports.flatMap((own) => {
    const ofPod = podPortOf(template, own);
    return ofPod === undefined ? [] : [own.port, ofPod];
  });

function assumedFor(gateway: AnyGateway | undefined): Entrance {
  const isOwn = gateway?.kind === 'KubernetesGateway';
  const namespace = isOwn ? gateway.metadata.namespace : installedIn;
  const workload = isOwn ? deployedName(gateway) : nameOf(gateway);
  const identity: ProxyIdentity = {
    type: 'gateway',
    namespace,
    labels: isOwn
      ? { [gatewayNameLabel]: gateway.metadata.name }
      : { app: 'istio-ingressgateway', istio: 'ingressgateway', ...gateway?.spec.selector },
  };
  const place = { pod: `${workload}-6c8f9d7b54-x7kqp`, workload, identity };
  return {
    workload,
    namespace,
    identity,
    endpointLabels: identity.labels,
    port: gateway === undefined ? 80 : portOf(gateway),
    openPorts: undefined,
    byNode: false,
    assumed: place,
  };
}

/** Of a gateway that Istio's charts install: `istio-` and its label, as in `istio-egressgateway`. */
function nameOf(gateway: Gateway | undefined): string {
  const label = gateway?.spec.selector.istio ?? 'ingressgateway';
  return label.startsWith('istio-') ? label : `istio-${label}`;
}

const portOf = (gateway: AnyGateway): number =>
  (gateway.kind === 'KubernetesGateway'
    ? gateway.spec.listeners[0]?.port
    : gateway.spec.servers[0]?.port.number) ?? 80;
