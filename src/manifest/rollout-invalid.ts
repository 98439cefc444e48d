import { Cursor } from './cursor.ts';
import { matches } from './labels.ts';
import type { CanaryStrategy, Resource, Rollout, VirtualService, WrittenObject } from './resource.ts';
import { rolloutHashLabel } from './rollout-hash.ts';

/**
 * Why Argo's controller goes no further with a Rollout, in a clause; undefined: it does. It asks at each pass whether what the Rollout
 * names is there and fits, before it makes a ReplicaSet or scales one (argo-rollouts rollout/controller.go, getRolloutValidationErrors;
 * pkg/apis/rollouts/validation/validation_references.go). Left out: what templates of analyses say, rules for tls and tcp.
 */
export function invalidRollout(
  own: Rollout,
  resources: readonly Resource[],
  others: readonly WrittenObject[],
): string | undefined {
  const { strategy } = own.spec;
  const named =
    strategy.type === 'Canary'
      ? [strategy.stableService, strategy.canaryService]
      : [strategy.activeService, strategy.previewService];
  const ofServices = named.map((name) => serviceFault(own, name, resources));
  const found = [
    ...ofServices,
    ...(strategy.type === 'Canary' ? routingFaults(own, strategy, resources) : []),
    ...analysisFaults(own, others),
  ];
  return found.find((each) => each !== undefined);
}

export const isAnalysisTemplate = ({ apiVersion, kind }: WrittenObject): boolean =>
  apiVersion.startsWith('argoproj.io/') && /^(Cluster)?AnalysisTemplate$/.test(kind);

/** rollout/controller.go, getReferencedRolloutAnalyses: whether the templates that analyses name are there. */
function analysisFaults(
  { metadata: { namespace }, source }: Rollout,
  others: readonly WrittenObject[],
): Fault[] {
  const strategy = new Cursor(source, [], []).at('spec', 'strategy');
  const [canary, blueGreen] = [strategy.at('canary'), strategy.at('blueGreen')];
  const analyses = [
    canary.at('analysis'),
    ...canary.at('steps').items.map((step) => step.at('analysis')),
    blueGreen.at('prePromotionAnalysis'),
    blueGreen.at('postPromotionAnalysis'),
  ];
  return analyses
    .flatMap((analysis) => analysis.at('templates').items)
    .map((named) => {
      const name = named.at('templateName').text;
      const kind = named.at('clusterScope').boolean === true ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
      const isThere = others.some(
        (own) =>
          own.kind === kind &&
          own.metadata.name === name &&
          (kind === 'ClusterAnalysisTemplate' || own.metadata.namespace === namespace),
      );
      return name === undefined || isThere ? undefined : `${kind} ${name} is not there`;
    });
}

function serviceFault(own: Rollout, name: string | undefined, resources: readonly Resource[]): Fault {
  if (name === undefined || name === '') return undefined;
  const service = thereIs('Service', name, own.metadata.namespace, resources);
  if (service === undefined) return `Service ${name} is not there`;
  const { [rolloutHashLabel]: _hash, ...asked } = service.spec.selector;
  return matches(asked, own.spec.template.labels)
    ? undefined
    : `Service ${name} selects by labels that its template does not have`;
}

function routingFaults(own: Rollout, strategy: CanaryStrategy, resources: readonly Resource[]): Fault[] {
  const { istio, routes = [] } = strategy;
  const { namespace } = own.metadata;
  const rules = (istio?.virtualServices ?? []).map((rule) => {
    const [name, place] = nameAndNamespace(rule.name, namespace);
    const found = thereIs('VirtualService', name, place, resources);
    return found === undefined
      ? `VirtualService ${rule.name} is not there`
      : ruleFault(own, strategy, rule.routes, found);
  });
  const subsets = istio?.destinationRule?.name;
  return [
    ...rules,
    ...(subsets === undefined || thereIs('DestinationRule', subsets, namespace, resources) !== undefined
      ? []
      : [`DestinationRule ${subsets} is not there`]),
    ...routes.map(({ kind, name }) =>
      thereIs(kind, name, namespace, resources) === undefined ? `${kind} ${name} is not there` : undefined,
    ),
  ];
}

/** rollout/trafficrouting/istio/istio.go, ValidateHTTPRoutes. */
function ruleFault(
  { source }: Rollout,
  strategy: CanaryStrategy,
  names: readonly string[],
  { metadata: { name }, spec: { http } }: VirtualService,
): Fault {
  if (http.length === 0) return undefined;
  const written = new Cursor(source, [], []).at('spec', 'strategy', 'canary');
  const managed = written.at('trafficRouting', 'managedRoutes').items.map((own) => own.at('name').text);
  const others = http.filter((own) => own.name === undefined || !managed.includes(own.name));
  if (names.length === 0 && others.length > 1)
    return `it names none of the routes of VirtualService ${name}, which has several`;
  const missing = names.find((own) => http.every((route) => route.name !== own));
  if (missing !== undefined) return `VirtualService ${name} has no http route of the name ${missing}`;
  const moved = names.length === 0 ? others : http.filter((own) => names.includes(own.name ?? ''));
  const rule = strategy.istio?.destinationRule;
  if (rule === undefined && written.at('pingPong').isSet) return undefined;
  const wanted =
    rule === undefined
      ? [strategy.canaryService, strategy.stableService]
      : [rule.canarySubsetName, rule.stableSubsetName];
  const what = rule === undefined ? 'Service' : 'subset';
  const lacking = moved.flatMap(({ route }) => {
    const sent = route.map(({ destination: { host, subset } }) =>
      rule === undefined ? host.split('.')[0] : subset,
    );
    return wanted.filter((own) => own === undefined || own === '' || !sent.includes(own));
  });
  return lacking.length === 0
    ? undefined
    : `a route of VirtualService ${name} does not send to ${lacking[0] === undefined ? `a ${what} for each of its two sides` : `${what} ${lacking[0]}`}`;
}

type Fault = string | undefined;

/** A name may have its namespace behind it (argo-rollouts utils/istio, GetVirtualServiceNamespaceName). */
export function nameAndNamespace(written: string, namespace: string): readonly [string, string] {
  const dot = written.lastIndexOf('.');
  return dot < 0 ? [written, namespace] : [written.slice(0, dot), written.slice(dot + 1)];
}

const thereIs = <K extends Resource['kind']>(
  kind: K,
  name: string,
  namespace: string,
  resources: readonly Resource[],
): Extract<Resource, { kind: K }> | undefined =>
  resources.find(
    (own): own is Extract<Resource, { kind: K }> =>
      own.kind === kind && own.metadata.name === name && own.metadata.namespace === namespace,
  );
