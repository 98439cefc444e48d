import { fullHost } from '../../manifest/host.ts';
import { serviceNames } from '../../manifest/service-names.ts';
import type { Resource } from '../../manifest/resource.ts';
import { isWorkload } from '../../manifest/scale-target.ts';
import type { Scenario, TimelineStep } from '../../scenario/scenario.ts';
import { matches } from '../../manifest/labels.ts';

/** A shift as the timeline of a scenario makes it: the rule, its two versions, and the steps. */
export interface Shift {
  readonly service: string;
  readonly from: Version;
  readonly to: Version;
  /** Rules with both versions, as the patterns of each step: where the steps apply one for each kind of caller, all of them. */
  readonly patterns: readonly Pattern[];
  readonly startUs: number;
  /** As written: weights of the new version in percent. */
  readonly steps: readonly { readonly atUs: number; readonly percent: number }[];
  /** The other things that happen, the rule left out of them. */
  readonly rest: readonly TimelineStep[];
}

export interface Pattern {
  readonly resource: Resource;
  /** Where in its text the two destinations stand. */
  readonly destinations: readonly DestinationPlace[];
}

export interface Version {
  /** Name of the subset, or of the backend Service. */
  readonly name: string;
  readonly workload: string;
  /** Of its autoscaler; undefined: it has none. */
  readonly autoscaler: string | undefined;
}

interface DestinationPlace {
  readonly rule: number;
  readonly from: number;
  readonly to: number;
}

interface Destination {
  readonly name: string;
  readonly weight: number;
}

/**
 * The shift of a scenario's focus from one version to one other.
 * @throws RangeError with what is missing, for a user to read.
 */
export function shiftOf(scenario: Scenario): Shift {
  const { focus, timeline, manifests } = scenario;
  const applied = timeline.flatMap((step) => (step.verb === 'apply' ? [step] : []));
  const all = [...applied.flatMap((step) => step.resources), ...manifests];
  const known = serviceNames(all);
  const isFocus: IsService = (host, namespace) => known.ofName(fullHost(host, namespace)) === focus;
  const patterns = all.filter((own) => pairsIn(own, isFocus).length > 0);
  const pattern = patterns[0];
  if (pattern === undefined) {
    throw new RangeError(
      `no rule weighs two subsets of "${focus}": a shift needs at least one step with both, and plans move weights between subsets of one Service, not between Services`,
    );
  }
  const isRule = (own: Resource): boolean => isSame(own, pattern);
  const places = pairsIn(pattern, isFocus);
  const names = namesIn(pattern, places[0]!);
  const stepsOf = (to: string): Shift['steps'] =>
    applied.flatMap(({ atUs, resources }) => {
      const rule = resources.find(isRule);
      return rule === undefined ? [] : [{ atUs, percent: percentOf(rule, isFocus, to) }];
    });
  const last = stepsOf(names[0]).at(-1);
  if (last === undefined) throw new RangeError(`the timeline applies no rule for "${focus}"`);
  const [from, to] = last.percent > 50 ? [names[1], names[0]] : names;
  const steps = stepsOf(to);
  const withIt = applied.filter(({ resources }) => resources.some(isRule));
  const together = patterns.filter(
    (own, index) =>
      patterns.findIndex((other) => isSame(other, own)) === index &&
      withIt.every(({ resources }) => resources.some((each) => isSame(each, own))),
  );
  const ordered = together.flatMap((resource): Pattern[] => {
    const destinations = pairsIn(resource, isFocus).flatMap((place): DestinationPlace[] => {
      const [first, second] = namesIn(resource, place);
      if (first === from && second === to) return [place];
      return first === to && second === from ? [{ ...place, from: place.to, to: place.from }] : [];
    });
    return destinations.length === 0 ? [] : [{ resource, destinations }];
  });
  const isShifted = (own: Resource): boolean => ordered.some(({ resource }) => isSame(own, resource));
  const version = (name: string): Version => versionOf(all, focus, isFocus, name);
  return {
    service: focus,
    from: version(from),
    to: version(to),
    patterns: ordered,
    startUs: steps[0]!.atUs,
    steps,
    rest: timeline.flatMap((step): TimelineStep[] => {
      if (!('resources' in step)) return [step];
      const resources = step.resources.filter((own) => !isShifted(own));
      return resources.length === 0 ? [] : [{ ...step, resources }];
    }),
  };
}

const isSame = (a: Resource, b: Resource): boolean =>
  a.kind === b.kind && a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;

/** Whether a host, as a resource of a namespace writes it, is the Service that is shifted. */
type IsService = (host: string, namespace: string) => boolean;

/** Destinations of each rule of a VirtualService or HTTPRoute for a service. */
function rulesOf(resource: Resource, isService: IsService): Destination[][] {
  const { namespace } = resource.metadata;
  if (resource.kind === 'VirtualService') {
    return resource.spec.http.map(({ route }) =>
      route.every((own) => isService(own.destination.host, namespace))
        ? route.map((own) => ({
            name: own.destination.subset ?? '',
            weight: route.length === 1 ? 1 : (own.weight ?? 0),
          }))
        : [],
    );
  }
  if (resource.kind !== 'HTTPRoute') return [];
  const isOurs = resource.spec.parentRefs.some((own) => isService(own.name, own.namespace));
  return isOurs
    ? resource.spec.rules.map((rule) =>
        rule.backendRefs.map((own) => ({ name: own.name, weight: own.weight ?? 1 })),
      )
    : [];
}

const pairsIn = (resource: Resource, isService: IsService): DestinationPlace[] =>
  rulesOf(resource, isService).flatMap((rule, index) =>
    rule.length === 2 ? [{ rule: index, from: 0, to: 1 }] : [],
  );

function namesIn(resource: Resource, { rule }: DestinationPlace): [string, string] {
  const own =
    resource.kind === 'VirtualService'
      ? resource.spec.http[rule]!.route.map((each) => each.destination.subset ?? '')
      : resource.kind === 'HTTPRoute'
        ? resource.spec.rules[rule]!.backendRefs.map((each) => each.name)
        : [];
  return [own[0]!, own[1]!];
}

/** Per cent that a rule gives to a version, by the last of its rules that names it. */
function percentOf(resource: Resource, isService: IsService, name: string): number {
  const rule = rulesOf(resource, isService).findLast((own) => own.some((each) => each.name === name));
  if (rule === undefined) return 0;
  const total = rule.reduce((sum, own) => sum + own.weight, 0);
  return (100 * rule.find((own) => own.name === name)!.weight) / total;
}

/** The workload whose pods are a version, and what scales it. */
function versionOf(
  resources: readonly Resource[],
  service: string,
  isService: IsService,
  name: string,
): Version {
  const selector = resources.find(
    (own) => own.kind === 'Service' && isService(own.metadata.name, own.metadata.namespace),
  );
  const isNear = (own: Resource): boolean =>
    selector === undefined || own.metadata.namespace === selector.metadata.namespace;
  const labels = resources.flatMap((own) =>
    own.kind === 'DestinationRule' && isService(own.spec.host, own.metadata.namespace)
      ? own.spec.subsets.filter((each) => each.name === name).map((each) => each.labels)
      : own.kind === 'Service' && own.metadata.name === name && isNear(own)
        ? [own.spec.selector]
        : [],
  )[0];
  const workload = resources.find(
    (own) =>
      isWorkload(own) &&
      isNear(own) &&
      labels !== undefined &&
      matches(labels, own.spec.template.labels) &&
      (selector?.kind !== 'Service' || matches(selector.spec.selector, own.spec.template.labels)),
  );
  if (workload === undefined)
    throw new RangeError(`no Deployment has the pods of version "${name}" of ${service}`);
  const autoscaler = resources.find(
    (own) =>
      own.kind === 'HorizontalPodAutoscaler' &&
      isNear(own) &&
      own.spec.scaleTargetRef.name === workload.metadata.name,
  );
  return { name, workload: workload.metadata.name, autoscaler: autoscaler?.metadata.name };
}
