import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { CallerRecord } from '../../record/caller.ts';
import type { MeshFacts, RuleFact } from '../../record/mesh-facts.ts';
import { moment, percent, plural } from '../../words/number.ts';
import { callerText } from './caller-text.ts';
import { listed } from './failures.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';

/** Weighted destinations of one route pick the same pods: their weights cannot tell the versions apart. */
export const destinationsSharePods: FindingKind = {
  code: 'destinations-share-pods',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    record.mesh.forEach(({ fromSeconds, ...step }, index) => {
      const toSeconds = record.mesh[index + 1]?.fromSeconds ?? record.scenario.durationSeconds;
      for (const rule of weighedIn(step)) {
        const shared = sharedIn(rule);
        const calls = record.callers.filter((own) => own.rules.some((each) => each.rule === rule.rule));
        if (shared === undefined || (shared.other.weight === 0 && !areAnswering(shared, calls))) continue;
        const requests = calls.reduce((sum, own) => sum + own.requests, 0);
        const since = found.get(rule.rule)?.harm.fromSeconds ?? fromSeconds;
        found.set(rule.rule, {
          code: 'destinations-share-pods',
          level: requests > 0 ? 'breaks' : 'harms',
          sentence: `${since === 0 ? '' : `From ${moment(since)} on, `}${sharedHead(rule.rule, shared)}${
            requests === 0 ? '' : ` ${calls.map((own) => callerText(own)).join(' ')}`
          }`,
          evidence: [
            `They share ${plural(shared.workloads.length, 'workload')}: ${listed(shared.workloads)}.`,
          ],
          harm: {
            ...noHarm,
            requests,
            seconds: requests === 0 ? 0 : toSeconds - since,
            fromSeconds: since,
            toSeconds,
          },
          why: passing(rule)
            ? 'loadBalancer PASSTHROUGH of the DestinationRule: a sidecar sends to the address that the caller asked for, the Service’s own, whatever was drawn, and any pod of the Service answers.'
            : 'The draw keeps to its weights, but each of the two clusters holds every pod that its selector picks, of either version.',
          remedies: sharedRemedies(rule),
          look: 'callers',
          trace: null,
        });
      }
    });
    return [...found.values()];
  },
};

/** A version without a weight that answers all the same: more than one of those that are shared did. */
const areAnswering = ({ workloads }: Shared, calls: readonly CallerRecord[]): boolean =>
  new Set(
    calls
      .flatMap(({ answered }) => answered.map(({ version }) => version))
      .filter((own) => workloads.includes(own)),
  ).size > 1;

/** Rules whose destinations nobody tells apart by a label of its own: those of a Rollout its controller does. */
export const weighedIn = ({ rules, routes = [] }: Pick<MeshFacts, 'rules' | 'routes'>): Weighed[] => [
  ...rules.filter(({ inert, managedBy }) => inert === null && managedBy === undefined),
  ...routes,
];

export type Weighed = Pick<RuleFact, 'rule' | 'destinations'> & Partial<Pick<RuleFact, 'headless'>>;

export const sharedHead = (rule: string, { one, other, workloads }: Shared): string =>
  `${one.to} and ${other.to} have the same pods (of ${listed(workloads)}), so the weights ${percent(one.weight)} and ${percent(other.weight)} of ${rule} do not say which version answers.`;

/** For a route whose destinations share pods. */
export function sharedRemedies(rule: Weighed): Remedy[] {
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

const passing = ({ destinations }: Weighed): boolean =>
  destinations.some(({ passesThrough }) => passesThrough === true);

type Destination = RuleFact['destinations'][number];

interface Shared {
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
function partsOf({ destinations }: Weighed): Part[] | undefined {
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
