import { Cursor } from './cursor.ts';
import { allowsAll } from './denies-all.ts';
import { matches } from './labels.ts';
import { rootNamespaceIn } from './root-namespace.ts';
import type { Resource, WrittenObject } from './resource.ts';
import { isWorkload, type Workload } from './scale-target.ts';

/**
 * Whether an object of a kind that is not modelled is for none of these resources: it chooses the pods of its namespace, or some of
 * them by their labels, and there are none; or it says itself that it does nothing.
 */
export function isForNobody(own: WrittenObject, resources: readonly Resource[]): boolean {
  const { kind, metadata, source } = own;
  if (!ofItsNamespace.test(kind)) return false;
  const spec = new Cursor(source, [], []).at('spec');
  if (kind === 'AuthorizationPolicy' && (spec.at('action').text === 'AUDIT' || allowsAll(own))) return true;
  if (kind === 'VerticalPodAutoscaler' && spec.at('updatePolicy', 'updateMode').text === 'Off') return true;
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

/** Kinds that act on the pods of their namespace alone. */
const ofItsNamespace =
  /^(NetworkPolicy|ResourceQuota|LimitRange|VerticalPodAutoscaler|ScaledObject|AuthorizationPolicy|RequestAuthentication|EnvoyFilter|ProxyConfig|WasmPlugin)$/;
const ofIstio = /^(AuthorizationPolicy|RequestAuthentication|EnvoyFilter|ProxyConfig|WasmPlugin)$/;

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
