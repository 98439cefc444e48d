import type { Remedy } from '../../record/finding.ts';
import type { MeshFacts, RuleFact } from '../../record/mesh-facts.ts';
import { percent } from '../../words/number.ts';
import { listed } from '../../words/listed.ts';
import { byChange, byHand } from './remedy.ts';

/** Rules whose destinations nobody tells apart by a label of its own: those of a Rollout its controller does. */
export const weighedIn = ({ rules, routes = [] }: Pick<MeshFacts, 'rules' | 'routes'>): Weighed[] => [
  ...rules.filter(({ inert, managedBy }) => inert === null && managedBy === undefined),
  ...routes,
];

export type Weighed = Pick<RuleFact, 'rule' | 'owner' | 'destinations'> & Partial<Pick<RuleFact, 'headless'>>;

export const sharedHead = (rule: string, { one, other, workloads }: Shared): string =>
  `${one.to} and ${other.to} have the same pods (of ${listed(workloads)}), so the weights ${percent(one.weight)} and ${percent(other.weight)} of ${rule} do not say which version answers.`;

/** For a route whose destinations share pods. */
export function sharedRemedies(rule: Pick<Weighed, 'destinations'>): Remedy[] {
  if (passing(rule)) {
    const services = [...new Set(rule.destinations.map(({ service }) => service))];
    return [byHand(`Leave simple: PASSTHROUGH out of the DestinationRule of ${listed(services)}.`)];
  }
  const parts = partsOf(rule);
  return [
    parts === undefined
      ? byHand(
          'Give each of the two (the Services’ selectors, or the subsets) a label that only its version has.',
        )
      : byChange({ kind: 'own-pods', parts }),
  ];
}

export const passing = ({ destinations }: Pick<Weighed, 'destinations'>): boolean =>
  destinations.some(({ passesThrough }) => passesThrough === true);

type Destination = RuleFact['destinations'][number];

export interface Shared {
  readonly one: Destination;
  readonly other: Destination;
  readonly workloads: readonly string[];
}

/** Two destinations of a route that pick a common workload. */
export function sharedIn({ destinations, headless = null }: Weighed): Shared | undefined {
  // There each destination has every pod, whatever it selects: that is told by itself.
  if (headless !== null) return undefined;
  const weighed = partedIn(destinations);
  for (const [index, one] of weighed.entries()) {
    for (const other of weighed.slice(index + 1)) {
      const workloads = one.workloads.filter((own) => other.workloads.includes(own));
      // What has no weight is no version yet, unless the one that is drawn has more pods than those.
      const areTwo = other.weight > 0 || new Set([...one.workloads, ...other.workloads]).size > 1;
      if (workloads.length > 0 && areTwo && one.to !== other.to) return { one, other, workloads };
    }
  }
  return undefined;
}

/** Those that are drawn; where that is one alone, those that are to come, too: no weight of 0 keeps requests from its pods. */
function partedIn(destinations: readonly Destination[]): readonly Destination[] {
  const drawn = destinations.filter(({ weight }) => weight > 0);
  const others = destinations.filter(({ weight, workloads }) => weight === 0 && workloads.length > 0);
  return drawn.length === 1 ? [...drawn, ...others] : drawn;
}

/** Which workload is whose of all weighted destinations, by their names; undefined: they do not tell. */
function partsOf({ destinations }: Pick<Weighed, 'destinations'>): Part[] | undefined {
  const parts = partedIn(destinations).map(({ service, subset, workloads }) => ({
    service,
    subset,
    workload: workloads.find(
      (own) =>
        own === (subset === null ? service : `${service}-${subset}`) || own.endsWith(`-${subset ?? service}`),
    ),
  }));
  const names = new Set(parts.map(({ workload }) => workload));
  return names.has(undefined) || names.size < parts.length
    ? undefined
    : parts.map((own) => ({ ...own, workload: own.workload! }));
}

interface Part {
  readonly service: string;
  readonly subset: string | null;
  readonly workload: string;
}
