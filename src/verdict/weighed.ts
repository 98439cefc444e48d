import type { MeshFacts, RuleFact } from '../record/mesh-facts.ts';

/** Rules whose destinations nobody tells apart by a label of its own: those of a Rollout its controller does. */
export const weighedIn = ({ rules, routes = [] }: Pick<MeshFacts, 'rules' | 'routes'>): Weighed[] => [
  ...rules.filter(({ inert, managedBy }) => inert === null && managedBy === undefined),
  ...routes,
];

/** A rule that sends somewhere, of any kind. */
export type Weighed = Pick<RuleFact, 'rule' | 'owner' | 'destinations'> & Partial<Pick<RuleFact, 'headless'>>;

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
export function partedIn(destinations: readonly Destination[]): readonly Destination[] {
  const drawn = destinations.filter(({ weight }) => weight > 0);
  const others = destinations.filter(({ weight, workloads }) => weight === 0 && workloads.length > 0);
  return drawn.length === 1 ? [...drawn, ...others] : drawn;
}
