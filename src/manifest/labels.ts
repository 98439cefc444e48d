/** Labels and what looks for them, as Kubernetes has it (apimachinery pkg/labels; Istio pkg/config/labels, Instance.Match). */
export type Labels = Readonly<Record<string, string>>;

/** Whether `labels` carry all that is asked for; nothing asked for fits everything (a subset, a workloadSelector). */
export const matches = (wanted: Labels, labels: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

/** As `matches`, for a Service or a controller: an empty selector finds nothing. */
export const selects = (selector: Labels, labels: Labels): boolean =>
  Object.keys(selector).length > 0 && matches(selector, labels);

/** One line of `matchExpressions`. */
export interface LabelExpression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** Whether `labels` meet all of them; a label that is not there is in no list (apimachinery pkg/labels, Requirement.Matches). */
export const meets = (expressions: readonly LabelExpression[], labels: Labels): boolean =>
  expressions.every(({ key, operator, values }) => {
    const own = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (operator === 'Exists') return own !== undefined;
    if (operator === 'DoesNotExist') return own === undefined;
    return (own !== undefined && values.includes(own)) === (operator === 'In');
  });

/** matchLabels, and matchExpressions where there are any. */
export interface LabelSelector {
  readonly labels: Labels;
  readonly expressions?: readonly LabelExpression[];
}

/** `app=reviews,version=v1`, as Kubernetes writes a selector. */
export const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

const clusterLabel = 'topology.istio.io/cluster';

/**
 * What a subset asks of its endpoints, beside the label of the cluster that istiod gives each of them (pkg/util/label, AugmentLabels):
 * the one cluster there is is called Kubernetes (global.multiCluster.clusterName is not set).
 */
export function withoutCluster(wanted: Labels): Labels {
  const { [clusterLabel]: cluster, ...others } = wanted;
  return cluster === 'Kubernetes' ? others : wanted;
}
