import { anyService, clusterChooser, isHost, shortName, type Choice, type ChoiceRules } from './choice.ts';
import { versionMeant } from './version-name.ts';

type Labels = Readonly<Record<string, string>>;

/** Labels that hold a version, and those whose name contains one, best first. */
const versionLabels = ['destination_version', 'destination_canonical_revision', 'destination_subset'];
const nameLabels = ['destination_workload', 'destination_pod', 'destination_service_name'];
/** The same where nothing is said of a destination: else these are about whoever was asked for its metrics. */
const ownVersionLabels = ['version', 'subset', 'app_version', 'app_kubernetes_io_version', 'revision'];
const ownNameLabels = ['workload', 'deployment', 'pod', 'pod_name', 'kubernetes_pod_name'];
const clusterLabels = ['envoy_cluster_name', 'cluster_name', 'upstream_cluster', 'destination_cluster_name'];

/**
 * The choice that labels tell: Istio's standard labels (destination_service, destination_version, ...), Envoy's cluster, or a version
 * of whatever metric.
 */
export function seriesChooser(rules: ChoiceRules): (labels: Labels) => Choice {
  const byCluster = clusterChooser(rules);
  return (labels) => {
    const cluster = clusterLabels
      .map((own) => labels[own])
      .find((own) => own !== undefined && /bound(?:-vip)?\|/.test(own));
    if (cluster !== undefined) return byCluster(cluster);
    const service = serviceOf(labels);
    const backend = service === undefined ? undefined : rules.backends.get(shortName(service));
    if (backend !== undefined) return backend;
    if (rules.host !== undefined && service !== undefined && !isHost(service, rules.host)) {
      return { leftOut: 'to other services' };
    }
    const key = versionOf(labels, rules.keys);
    return key === undefined ? { leftOut: 'without a version' } : { service: service ?? anyService, key };
  };
}

/** `reviews.default.svc.cluster.local`, or as much of it as the labels tell. */
export function serviceOf(labels: Labels): string | undefined {
  const full = known(labels['destination_service']);
  if (full !== undefined) return full.replace(/:\d+$/, '');
  const short =
    known(labels['destination_service_name']) ??
    known(labels['destination_canonical_service']) ??
    known(labels['destination_app']);
  if (short === undefined || short.includes('.')) return short;
  const namespace =
    known(labels['destination_service_namespace']) ?? known(labels['destination_workload_namespace']);
  return namespace === undefined ? short : `${short}.${namespace}.svc.cluster.local`;
}

function versionOf(labels: Labels, keys: readonly string[]): string | undefined {
  const isOfDestination = Object.keys(labels).some((name) => name.startsWith('destination_'));
  const versions = isOfDestination ? versionLabels : ownVersionLabels;
  const names = isOfDestination ? nameLabels : ownNameLabels;
  const told = [...versions, ...names].flatMap((name) => known(labels[name]) ?? []);
  const meant = told.find((own) => versionMeant(own, keys) !== undefined);
  if (meant !== undefined) return meant;
  return versions.flatMap((name) => known(labels[name]) ?? [])[0];
}

/** Istio writes `unknown` for what it does not know. */
const known = (label: string | undefined): string | undefined =>
  label === undefined || label === '' || label === 'unknown' ? undefined : label;
