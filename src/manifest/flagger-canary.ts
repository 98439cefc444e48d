import { canonical } from './canonical.ts';
import { Cursor } from './cursor.ts';
import { selects } from './labels.ts';
import type { Deployment, DestinationRule, Resource, VirtualService, WrittenObject } from './resource.ts';

/** A Canary of Flagger, as far as it can be told from it what its controller would do. */
export interface FlaggerCanary {
  readonly name: string;
  /** The Deployment that gets new versions; undefined: it is none, or not there, or the mesh is not Istio's own. */
  readonly target: Deployment | undefined;
  /** Of its target, as it is written. */
  readonly targetName: string;
  /** Whatever is there, the controller passes it over. */
  readonly isSuspended: boolean;
  /** By its status it is in the middle of a release. */
  readonly isUnderWay: boolean;
  /** "VirtualService shop": what the controller would make, or write otherwise than it is. */
  readonly lacks: readonly string[];
  /** The rule gives its canary a weight. */
  readonly isShifted: boolean;
}

export const isFlaggerCanary = ({ apiVersion, kind }: WrittenObject): boolean =>
  kind === 'Canary' && apiVersion.startsWith('flagger.app/');

/** Flagger v1.44: pkg/controller/scheduler.go, advanceCanary; pkg/router/kubernetes_default.go and istio.go, Reconcile. */
export function flaggerCanary(
  { metadata: { name, namespace }, source }: WrittenObject,
  resources: readonly Resource[],
): FlaggerCanary {
  const written = new Cursor(source, [], []);
  const spec = written.at('spec');
  const here = resources.filter((own) => own.metadata.namespace === namespace);
  const targetName = spec.at('targetRef', 'name').text ?? '';
  const isOther =
    (spec.at('targetRef', 'kind').text ?? 'Deployment') !== 'Deployment' ||
    !(spec.at('provider').text ?? 'istio').startsWith('istio');
  const found = deployment(targetName, here);
  const target = isOther ? undefined : found;
  const apex = spec.at('service', 'name').text ?? targetName;
  const rule = here.find(
    (own): own is VirtualService => own.kind === 'VirtualService' && own.metadata.name === apex,
  );
  return {
    name,
    target,
    targetName,
    isSuspended: spec.at('suspend').boolean === true,
    isUnderWay: /^(Progressing|Waiting|WaitingPromotion|Promoting|Finalising)$/.test(
      written.at('status', 'phase').text ?? '',
    ),
    lacks: target === undefined ? [] : lackingOf(spec, target, apex, rule, here),
    isShifted: (rule?.spec.http ?? []).some(({ route }) =>
      route.some(({ destination, weight = 0 }) => isHost(destination.host, `${apex}-canary`) && weight > 0),
    ),
  };
}

const deployment = (name: string, here: readonly Resource[]): Deployment | undefined =>
  here.find((own): own is Deployment => own.kind === 'Deployment' && own.metadata.name === name);

const isHost = (host: string, service: string): boolean => host.split('.')[0] === service;

function lackingOf(
  spec: Cursor,
  target: Deployment,
  apex: string,
  rule: VirtualService | undefined,
  here: readonly Resource[],
): string[] {
  const primary = deployment(`${target.metadata.name}-primary`, here);
  const isSelecting = (service: string, own: Deployment | undefined): boolean =>
    here.some(
      (each) =>
        each.kind === 'Service' &&
        each.metadata.name === service &&
        own !== undefined &&
        selects(each.spec.selector, own.spec.template.labels),
    );
  const services: readonly (readonly [string, Deployment | undefined])[] = [
    [apex, primary],
    [`${apex}-primary`, primary],
    [`${apex}-canary`, target],
  ];
  const scaler = spec.at('autoscalerRef');
  const lacksScaler =
    scaler.at('kind').text === 'HorizontalPodAutoscaler' &&
    !here.some(
      (own) =>
        own.kind === 'HorizontalPodAutoscaler' &&
        own.metadata.name === `${scaler.at('name').text ?? ''}-primary`,
    );
  return [
    ...(primary === undefined ? [`Deployment ${target.metadata.name}-primary`] : []),
    ...(lacksScaler ? [`HorizontalPodAutoscaler ${scaler.at('name').text ?? ''}-primary`] : []),
    ...services.flatMap(([service, own]) => (isSelecting(service, own) ? [] : [`Service ${service}`])),
    ...(rule !== undefined && isAsKept(spec, apex, rule) ? [] : [`VirtualService ${apex}`]),
    ...[`${apex}-primary`, `${apex}-canary`]
      .filter((name) => !hasPolicy(spec, name, here))
      .map((name) => `DestinationRule ${name}`),
  ];
}

/** The rule is what the controller would write, but for its weights: these it leaves as long as it has nothing to release. */
function isAsKept(spec: Cursor, apex: string, { source }: VirtualService): boolean {
  const service = spec.at('service');
  const written = new Cursor(source, [], []).at('spec');
  const [http, ...more] = written.at('http').items;
  if (http === undefined || more.length > 0 || service.at('delegation').boolean === true) return false;
  const sent = http.at('route').items.map((own) => own.at('destination', 'host').text ?? '');
  const gateways = (own: Cursor): string => [...own.at('gateways').texts].sort().join();
  return (
    sent.length === 2 &&
    [`${apex}-primary`, `${apex}-canary`].every((own) => sent.some((host) => isHost(host, own))) &&
    (gateways(written) || 'mesh') === (gateways(service) || 'mesh') &&
    keptFields.every(
      (field) => JSON.stringify(http.at(field).data) === JSON.stringify(service.at(field).data),
    )
  );
}

/** A DestinationRule is what the controller would write; where it would say nothing, none does as well. */
function hasPolicy(spec: Cursor, name: string, here: readonly Resource[]): boolean {
  const rule = here.find(
    (own): own is DestinationRule => own.kind === 'DestinationRule' && own.metadata.name === name,
  );
  const said = canonical(spec.at('service', 'trafficPolicy').data);
  if (rule === undefined) return said === '';
  const { subsets, exportTo, workloadSelector } = rule.spec;
  return (
    canonical(new Cursor(rule.source, [], []).at('spec', 'trafficPolicy').data) === said &&
    subsets.length + exportTo.length === 0 &&
    workloadSelector === undefined
  );
}

/** pkg/router/istio.go takes them over from spec.service. */
const keptFields = ['match', 'rewrite', 'timeout', 'retries', 'headers', 'corsPolicy'] as const;
