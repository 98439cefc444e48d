import { isExportedTo, isPrivate } from '../../manifest/export.ts';
import { fullHost, isWildcard, mostSpecific, parseHost } from '../../manifest/host.ts';
import type { TrafficPolicy } from '../../manifest/kind/traffic-policy.ts';
import { matches } from '../../manifest/labels.ts';
import type { DestinationRule, MeshConfig, Subset } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';

/** What of all DestinationRules acts for the callers at one proxy and one host, merged. */
export interface ActingDestinationRule {
  /** The rules that it comes of, in the order of merging. */
  readonly from: readonly DestinationRule[];
  readonly policy: TrafficPolicy | undefined;
  /** Of subsets that share a name the first counts. */
  readonly subsets: readonly Subset[];
}

/** Rules that stand for one host in one list, with those namespaces to which the first of them is exported, as it says it. */
interface Consolidated {
  readonly exportTo: ReadonlySet<string>;
  /** Labels of the workloads that it is for; undefined: for all. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  rule: ActingDestinationRule;
}

/** By the host as it is resolved; names and patterns of one list, and its patterns once more. */
interface ByHost {
  readonly all: Map<string, Consolidated[]>;
  readonly patterns: string[];
}

const noRules = (): ByHost => ({ all: new Map(), patterns: [] });

/** What of a mesh's settings says where its DestinationRules act. */
export type MeshOfRules = Pick<MeshConfig['spec'], 'defaultDestinationRuleExportTo' | 'rootNamespace'>;

/**
 * The DestinationRules of a mesh, by where they are looked for (istio pilot/pkg/model/push_context.go, setDestinationRules,
 * destinationRule; destination_rule.go, mergeDestinationRule; sidecar.go, SidecarScope.DestinationRule). A rule is looked for in
 * the caller's namespace, then among what the Service's namespace exports, then among what the root namespace exports; the
 * first of these that has anything for the host ends the search, and there the most specific host counts.
 */
export class DestinationRules {
  readonly #local = new Map<string, ByHost>();
  readonly #exported = new Map<string, ByHost>();
  readonly #privateOfRoot = noRules();
  readonly #rootNamespace: string;

  /**
   * @param rules oldest first
   * @param mesh to whom rules are exported that do not say it: only whether that is nobody else counts
   */
  constructor(rules: readonly DestinationRule[], mesh: MeshOfRules) {
    const { rootNamespace } = mesh;
    this.#rootNamespace = rootNamespace;
    const isPrivateByDefault = mesh.defaultDestinationRuleExportTo.includes('.');
    const forWorkloads = rules.filter((own) => own.spec.workloadSelector !== undefined);
    const forAll = rules.filter((own) => own.spec.workloadSelector === undefined);
    for (const own of [...forWorkloads, ...forAll]) {
      const { namespace } = own.metadata;
      const exportTo = new Set(exportOf(own));
      const stays = exportTo.size === 0 ? isPrivateByDefault : isPrivate([...exportTo], namespace);
      if (isSeenBy(namespace, exportTo, namespace)) merge(listOf(this.#local, namespace), own, exportTo);
      if (!stays) merge(listOf(this.#exported, namespace), own, exportTo);
      else if (namespace === rootNamespace) merge(this.#privateOfRoot, own, exportTo);
    }
  }

  /**
   * undefined: there is no rule for this host and these callers.
   * @param served the namespace of the service that has the host; of a name of the cluster, absent, that which it says
   */
  acting(
    { namespace, labels }: ProxyIdentity,
    host: string,
    served: string | undefined = parseHost(host).service?.namespace,
  ): ActingDestinationRule | undefined {
    const rootNamespace = this.#rootNamespace;
    const own = namespace === rootNamespace ? this.#privateOfRoot : this.#local.get(namespace);
    let found = own === undefined ? [] : forHost(own, host);
    if (found.length === 0 && served !== undefined) found = this.#exportedBy(served, host, namespace);
    if (found.length === 0) found = this.#exportedBy(rootNamespace, host, namespace);
    // Nearly all are alone, and for all workloads.
    if (found.length === 1 && found[0]!.selector === undefined) return found[0]!.rule;
    const forThem = found.find(
      ({ selector, rule }) =>
        selector !== undefined && rule.from[0]!.metadata.namespace === namespace && matches(selector, labels),
    );
    // Of several that did not merge, the newest.
    return (forThem ?? found.findLast(({ selector }) => selector === undefined))?.rule;
  }

  #exportedBy(namespace: string, host: string, viewer: string): readonly Consolidated[] {
    const exported = this.#exported.get(namespace);
    const found = exported === undefined ? [] : forHost(exported, host);
    const isSeen = (own: Consolidated): boolean =>
      isSeenBy(viewer, own.exportTo, own.rule.from[0]!.metadata.namespace);
    return found.every(isSeen) ? found : found.filter(isSeen);
  }
}

/** As it is written; what is for some workloads is for those of its own namespace. */
const exportOf = ({ spec }: DestinationRule): readonly string[] =>
  spec.workloadSelector === undefined ? spec.exportTo : ['.'];

/** Of what is exported at all: absent is everybody. */
const isSeenBy = (viewer: string, exportTo: ReadonlySet<string>, owner: string): boolean =>
  exportTo.size === 0 || isExportedTo([...exportTo], owner, viewer);

/** Whether a namespace sees a rule, wherever it looks for one. */
export const isSeenFrom = (
  viewer: string,
  own: DestinationRule,
  { defaultDestinationRuleExportTo: byDefault }: MeshOfRules,
): boolean => {
  const exportTo = exportOf(own);
  const { namespace } = own.metadata;
  return exportTo.length === 0 && byDefault.includes('.')
    ? viewer === namespace
    : isSeenBy(viewer, new Set(exportTo), namespace);
};

function listOf(byNamespace: Map<string, ByHost>, namespace: string): ByHost {
  let list = byNamespace.get(namespace);
  if (list === undefined) byNamespace.set(namespace, (list = noRules()));
  return list;
}

function forHost({ all, patterns }: ByHost, host: string): readonly Consolidated[] {
  const exact = all.get(host);
  if (exact !== undefined) return exact;
  const pattern = mostSpecific(patterns, host);
  return pattern === undefined ? [] : all.get(pattern)!;
}

/**
 * Rules of one host merge where they are exported to the same, or the newer one to more: subsets add up, and the policy is that
 * of the first that has one. Absent and ["*"] are not the same here. Others stay apart.
 */
function merge({ all, patterns }: ByHost, own: DestinationRule, exportTo: ReadonlySet<string>): void {
  const host = fullHost(own.spec.host, own.metadata.namespace);
  const selector = own.spec.workloadSelector;
  const { subsets, trafficPolicy: policy } = own.spec;
  if (!all.has(host) && isWildcard(host)) patterns.push(host);
  const known = all.get(host) ?? [];
  all.set(host, known);
  let staysApart = true;
  for (const before of known) {
    const isSame = sameSet(exportTo, before.exportTo);
    staysApart = !isSame;
    if (!isSame && !(before.exportTo.size > 0 && [...before.exportTo].every((each) => exportTo.has(each))))
      continue;
    const bothSelect = selector !== undefined && before.selector !== undefined;
    if (bothSelect && !sameLabels(selector, before.selector)) {
      staysApart = true;
      continue;
    }
    if (bothSelect || (selector === undefined && before.selector === undefined)) staysApart = false;
    const names = new Set(before.rule.subsets.map(({ name }) => name));
    before.rule = {
      from: [...before.rule.from, own],
      policy: before.rule.policy ?? policy,
      subsets: [...before.rule.subsets, ...subsets.filter(({ name }) => !names.has(name))],
    };
  }
  if (staysApart) known.push({ exportTo, selector, rule: { from: [own], policy, subsets } });
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((each) => b.has(each));

const sameLabels = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).length === Object.keys(b).length && matches(a, b);
