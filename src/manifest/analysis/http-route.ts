import { didYouMean } from '../did-you-mean.ts';
import { isIstiosClass } from '../gateway-class.ts';
import { fullHost } from '../host-name.ts';
import type { Path } from '../located.ts';
import type { Problem } from '../problem.ts';
import type { BackendRef, KubernetesGateway, KubernetesHttpRoute, ParentRef } from '../resource.ts';
import { asksForLabels, refusalOfRoute, type NamespaceLabels } from '../route-attachment.ts';
import { conversionError, isGranted } from '../route-reference.ts';
import { problemIn } from './problem-in.ts';
import { appliesToMesh, nameOf, type Check, type Setting } from './setting.ts';

/**
 * What an HTTPRoute names and is not there. istioctl analyze has no word on it: istiod writes it into the route's status
 * (pilot/pkg/config/kube/gateway/conversion.go), and these are its words there.
 */
export const httpRouteReferences: Check = (setting) =>
  setting.whole.hosts
    ? setting.httpRoutes.flatMap((own) => [
        ...own.spec.parentRefs.flatMap((ref, index) => parentProblems(setting, own, ref, index)),
        // Where there is no rule there are no requests to a backend.
        ...(conversionError(own) === undefined
          ? backendsOf(own).flatMap(({ backend, path }) => backendProblems(setting, own, backend, path))
          : []),
      ])
    : [];

/** Rules that send to nothing, and routes of which there are none. */
export const httpRouteWeights: Check = (setting) =>
  setting.httpRoutes.flatMap((own) => {
    const error = conversionError(own);
    if (error === undefined) return own.spec.rules.flatMap((_, index) => weightProblems(own, index));
    const message = `istiod makes no rule of this route, for an error in one of them: ${error}`;
    return [
      problemIn(own, ['spec', 'rules'], 'key', {
        severity: 'warning',
        code: 'MS1128',
        message,
        hint: undefined,
      }),
    ];
  });

function parentProblems(
  setting: Setting,
  own: KubernetesHttpRoute,
  ref: ParentRef,
  index: number,
): Problem[] {
  const path: Path = ['spec', 'parentRefs', index, 'name'];
  const isHere = (one: { metadata: { name: string; namespace: string } }): boolean =>
    one.metadata.name === ref.name && one.metadata.namespace === ref.namespace;
  if (ref.kind === 'Service' && ref.group === '') {
    const service = setting.services.find(isHere);
    if (service === undefined) {
      return [unaccepted(own, path, `parent service: "${ref.name}" not found`, near(setting, ref.name))];
    }
    if (ref.port !== undefined && !service.spec.ports.some((port) => port.port === ref.port)) {
      const ports = service.spec.ports.map((port) => port.port).join(', ');
      const message = `port ${ref.port} not found; ${actsOnNone(own)}`;
      return [
        unaccepted(own, ['spec', 'parentRefs', index, 'port'], message, `Service ${ref.name} has ${ports}`),
      ];
    }
    return olderRules(setting, own, ref, path);
  }
  if (ref.kind !== 'Gateway') return [];
  const gateway = setting.kubernetesGateways.find(isHere);
  if (gateway === undefined) {
    const foreign = setting
      .written('gateway.networking.k8s.io', 'Gateway')
      .find(({ name, namespace }) => name === ref.name && namespace === ref.namespace);
    const className = foreign?.spec.at('gatewayClassName').text ?? '';
    const message =
      foreign === undefined || isIstiosClass(className)
        ? `parent gateway: "${ref.name}" not found`
        : `parent gateway "${ref.name}" is of class "${className}", which is not Istio's: ${actsOnNone(own)} of the mesh`;
    return [unaccepted(own, path, message, undefined)];
  }
  const { listeners } = gateway.spec;
  if (ref.sectionName !== undefined && !listeners.some((one) => one.name === ref.sectionName)) {
    const names = listeners.map((one) => one.name).join(', ');
    const message = `sectionName "${ref.sectionName}" not found`;
    return [
      unaccepted(
        own,
        ['spec', 'parentRefs', index, 'sectionName'],
        message,
        `Gateway ${ref.name} has ${names}`,
      ),
    ];
  }
  return refused(setting, own, ref, gateway, path);
}

/** A route has a status for each of its parents: another one may take it. */
const actsOnNone = ({ spec: { parentRefs } }: KubernetesHttpRoute): string =>
  parentRefs.length > 1 ? 'by this parent the route acts on no request' : 'the route acts on no request';

/** Where no listener that the reference means lets the route attach: in the words of its status. */
function refused(
  setting: Setting,
  own: KubernetesHttpRoute,
  ref: ParentRef,
  { metadata: gateway, spec }: KubernetesGateway,
  path: Path,
): Problem[] {
  const { namespace } = own.metadata;
  const namespaces: NamespaceLabels = new Map(
    setting.written('', 'Namespace').map(({ name, object }) => [name, object.metadata.labels]),
  );
  const meant = spec.listeners.filter(
    (one) =>
      (ref.sectionName === undefined || one.name === ref.sectionName) &&
      (ref.port === undefined || one.port === ref.port),
  );
  const refusals = meant.map((one) =>
    refusalOfRoute(one, gateway.namespace, { kind: own.kind, namespace }, namespaces),
  );
  if (refusals.length === 0 || refusals.includes(undefined)) return [];
  if (!refusals.includes('namespace'))
    return [unaccepted(own, path, `kind ${own.kind} is not allowed: ${actsOnNone(own)}`, undefined)];
  const hint =
    !namespaces.has(namespace) && meant.some(asksForLabels)
      ? `its labels are not known: add Namespace ${namespace} to the manifests`
      : `allowedRoutes.namespaces of Gateway ${gateway.name} says whose routes it takes; without it, those of its own namespace`;
  const message = `namespace "${namespace}" is not allowed by the parent: ${actsOnNone(own)}`;
  return [unaccepted(own, path, message, hint)];
}

const unaccepted = (
  own: KubernetesHttpRoute,
  path: Path,
  message: string,
  hint: string | undefined,
): Problem => problemIn(own, path, 'value', { severity: 'warning', code: 'MS1121', message, hint });

/** A VirtualService for the same callers is set aside without a word. */
function olderRules(setting: Setting, own: KubernetesHttpRoute, ref: ParentRef, path: Path): Problem[] {
  const host = fullHost(ref.name, ref.namespace);
  return setting.virtualServices
    .filter(
      (rule) =>
        appliesToMesh(rule.spec.gateways) &&
        rule.spec.hosts.some((one) => fullHost(one, rule.metadata.namespace) === host),
    )
    .map((rule) =>
      problemIn(own, path, 'value', {
        severity: 'warning',
        code: 'MS1123',
        message: `VirtualService ${nameOf(rule)} is for ${host} as well: callers in namespace ${own.metadata.namespace} follow this HTTPRoute alone`,
        hint: 'keep one of the two',
      }),
    );
}

/** Backends of all rules, mirrors among them, with their places. */
function backendsOf(own: KubernetesHttpRoute): { backend: BackendRef; path: Path }[] {
  return own.spec.rules.flatMap((rule, index) => [
    ...rule.backendRefs.map((backend, at) => ({
      backend,
      path: ['spec', 'rules', index, 'backendRefs', at],
    })),
    ...rule.mirrors.map(({ backendRef }) => ({
      backend: backendRef,
      path: ['spec', 'rules', index, 'filters'],
    })),
  ]);
}

function backendProblems(
  setting: Setting,
  own: KubernetesHttpRoute,
  { group, kind, name, namespace, port, weight }: BackendRef,
  path: Path,
): Problem[] {
  const say = (field: string, message: string, hint: string | undefined): Problem[] => [
    problemIn(own, [...path, field], 'value', { severity: 'warning', code: 'MS1120', message, hint }),
  ];
  // Whether the host is known is not asked (conversion.go, buildDestination): there is a cluster for it, or none.
  if (group === 'networking.istio.io' && kind === 'Hostname') return [];
  if (group !== '' || kind !== 'Service') {
    return say(
      'kind',
      `referencing unsupported backendRef: group "${group}" kind "${kind}"; requests to it get 500`,
      undefined,
    );
  }
  if (weight === 0) return [];
  const isOfGateway = own.spec.parentRefs.some((ref) => ref.kind === 'Gateway');
  const backend = { group, kind, name, namespace };
  if (isOfGateway && !isGranted(setting.referenceGrants, own, backend)) {
    return say(
      'namespace',
      `backendRef ${namespace}/${name} not accessible to a ${own.kind} in namespace "${own.metadata.namespace}" (missing a ReferenceGrant?); requests to it get 500`,
      `write a ReferenceGrant in namespace ${namespace}, from ${own.kind} of ${own.metadata.namespace} to Service`,
    );
  }
  const service = setting.services.find(
    (one) => one.metadata.name === name && one.metadata.namespace === namespace,
  );
  if (service === undefined) {
    return say(
      'name',
      `backend(${fullHost(name, namespace)}) not found; requests to it get 500`,
      near(setting, name),
    );
  }
  const ports = service.spec.ports.map((one) => one.port);
  if (port === undefined || ports.includes(port)) return [];
  return say(
    'port',
    `Service ${name} has no port ${port}; requests to it get 500`,
    `Service ${name} has ${ports.join(', ')}`,
  );
}

function weightProblems(own: KubernetesHttpRoute, index: number): Problem[] {
  const { backendRefs, redirect } = own.spec.rules[index]!;
  if (redirect !== undefined || backendRefs.some((backend) => backend.weight !== 0)) return [];
  const what = backendRefs.length === 0 ? 'no backendRefs' : 'no backendRefs of positive weight';
  return [
    problemIn(own, ['spec', 'rules', index], 'value', {
      severity: 'warning',
      code: 'MS1122',
      message: `rule ${index + 1} has ${what}: every request that matches gets 500`,
    }),
  ];
}

function near(setting: Setting, name: string): string | undefined {
  const found = didYouMean(
    name,
    setting.services.map((own) => own.metadata.name),
  );
  return found === undefined ? undefined : `did you mean "${found}"?`;
}
