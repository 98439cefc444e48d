import { Cursor } from './cursor.ts';
import { allowsAll } from './denies-all.ts';
import { matches } from './labels.ts';
import { limitRangeActs } from './limit-range.ts';
import { quotaBinds, type PodChanges } from './quota.ts';
import { rootNamespaceIn } from './root-namespace.ts';
import type { Resource, WrittenObject } from './resource.ts';
import { isWorkload, type Workload } from './scale-target.ts';

/**
 * Whether an object of a kind that is not modelled is for none of these resources: it chooses the pods of its namespace, or some of
 * them by their labels, and there are none; or it changes nothing for those it is for.
 */
export function isForNobody(own: WrittenObject, among: Among): boolean {
  const { resources } = among;
  const { kind, metadata, source } = own;
  if (!ofItsNamespace.test(kind)) return false;
  const spec = new Cursor(source, [], []).at('spec');
  if (changesNothing[kind]?.(spec, own, among) === true) return true;
  // What is for the whole mesh is for gateways, too, which may stand in no manifest.
  if (ofIstio.test(kind) && metadata.namespace === rootNamespaceIn(resources)) return false;
  const here = resources.filter((each) => each.metadata.namespace === metadata.namespace);
  const workloads = here.filter(isWorkload);
  if (here.some((each) => each.kind === 'Gateway' || each.kind === 'KubernetesGateway')) return false;
  const all = resources.filter(isWorkload);
  // Without any, nobody has said what there is.
  if (all.length === 0) return false;
  // Pods of a gateway that is not among the manifests may be anywhere.
  if (
    resources.some((own) => own.kind === 'Gateway' && !all.some((each) => isChosen(each, own.spec.selector)))
  )
    return false;
  const chosen = chosenBy(kind, spec);
  return chosen === undefined ? workloads.length === 0 : !workloads.some((own) => isChosen(own, chosen));
}

/** All that manifests bring, and what is done to pods beside them. */
export interface Among {
  readonly resources: readonly Resource[];
  /** Of kinds that are not read. */
  readonly others: readonly WrittenObject[];
  readonly changes: PodChanges;
}

/** Kinds that act on the pods of their namespace alone. */
const ofItsNamespace =
  /^(NetworkPolicy|ResourceQuota|LimitRange|VerticalPodAutoscaler|ScaledObject|AuthorizationPolicy|RequestAuthentication|EnvoyFilter|ProxyConfig|WasmPlugin)$/;
const ofIstio = /^(AuthorizationPolicy|RequestAuthentication|EnvoyFilter|ProxyConfig|WasmPlugin)$/;

/** Of a kind: whether an object is for somebody and does nothing all the same. */
const changesNothing: Readonly<Record<string, (spec: Cursor, own: WrittenObject, among: Among) => boolean>> =
  {
    AuthorizationPolicy: refusesNobody,
    NetworkPolicy: letsAllThrough,
    RequestAuthentication: (spec) => spec.at('jwtRules').items.length === 0,
    ResourceQuota: (spec, own, among) =>
      spec.at('hard').entries.length === 0 ||
      (knowsPods(own, among) && !quotaBinds(own, among.resources, among.others, among.changes)),
    LimitRange: (spec, own, among) =>
      spec.at('limits').items.length === 0 ||
      (knowsPods(own, among) && !limitRangeActs(own, among.resources)),
    VerticalPodAutoscaler: (spec) => spec.at('updatePolicy', 'updateMode').text === 'Off',
  };

/** Whether all pods of its namespace are known: where there are none nobody has said what there is, and for a Gateway istiod makes some. */
function knowsPods({ metadata: { namespace } }: WrittenObject, { resources }: Among): boolean {
  const here = resources.filter(({ metadata }) => metadata.namespace === namespace);
  return here.some(isWorkload) && !here.some(({ kind }) => kind === 'KubernetesGateway');
}

/**
 * One without rules never matches, one whose rule says nothing matches every request (istio.io, reference/config/security,
 * AuthorizationPolicy and Rule); what is tried out is recorded alone (annotation istio.io/dry-run).
 */
function refusesNobody(spec: Cursor, own: WrittenObject): boolean {
  const { text: action = 'ALLOW' } = spec.at('action');
  return (
    action === 'AUDIT' ||
    own.metadata.annotations['istio.io/dry-run'] === 'true' ||
    (action === 'ALLOW' ? allowsAll(own) : spec.at('rules').items.length === 0)
  );
}

/** Of each direction that it is about it lets all in, or out: a rule without peers and ports is for all (networking.k8s.io, NetworkPolicy). */
function letsAllThrough(spec: Cursor): boolean {
  const { texts } = spec.at('policyTypes');
  const isFor = (type: 'Ingress' | 'Egress'): boolean =>
    texts.length > 0 ? texts.includes(type) : type === 'Ingress' || spec.at('egress').items.length > 0;
  return (
    (!isFor('Ingress') || spec.at('ingress').items.some((own) => saysNothing(own, ['from', 'ports']))) &&
    (!isFor('Egress') || spec.at('egress').items.some((own) => saysNothing(own, ['to', 'ports'])))
  );
}

const saysNothing = (rule: Cursor, fields: readonly string[]): boolean =>
  fields.every((field) => rule.at(field).items.length === 0);

/** Labels of the pods that it is for; undefined: all of its namespace, or such as cannot be told. */
function chosenBy(kind: string, spec: Cursor): Readonly<Record<string, string>> | undefined {
  if (spec.at('targetRef').isSet || spec.at('targetRefs').isSet) return undefined;
  const written =
    kind === 'NetworkPolicy'
      ? spec.at('podSelector')
      : kind === 'EnvoyFilter'
        ? spec.at('workloadSelector')
        : spec.at('selector');
  if (written.at('matchExpressions').isSet) return undefined;
  const labels = written.at(kind === 'EnvoyFilter' ? 'labels' : 'matchLabels').textMap;
  return Object.keys(labels).length === 0 ? undefined : labels;
}

const isChosen = ({ spec: { template } }: Workload, labels: Readonly<Record<string, string>>): boolean =>
  matches(labels, template.labels);
