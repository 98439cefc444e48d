import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import { percent, plural } from '../../words/number.ts';
import { callerText } from './caller-text.ts';
import { listed } from './failures.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';

/** Weighted destinations of one route pick the same pods: their weights cannot tell the versions apart. */
export const destinationsSharePods: FindingKind = {
  code: 'destinations-share-pods',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    for (const { rules } of record.mesh) {
      for (const rule of rules) {
        const shared = sharedIn(rule);
        if (shared === undefined || rule.inert !== null) continue;
        const { workloads } = shared;
        const calls = record.callers.filter((own) => own.rules.some((each) => each.rule === rule.rule));
        const requests = calls.reduce((sum, own) => sum + own.requests, 0);
        found.set(rule.rule, {
          code: 'destinations-share-pods',
          level: requests > 0 ? 'breaks' : 'harms',
          sentence: `${sharedHead(rule.rule, shared)}${
            requests === 0 ? '' : ` ${calls.map((own) => callerText(own)).join(' ')}`
          }`,
          evidence: [`They share ${plural(workloads.length, 'workload')}: ${listed(workloads)}.`],
          harm: {
            ...noHarm,
            requests,
            seconds: requests === 0 ? 0 : record.scenario.durationSeconds,
            fromSeconds: 0,
            toSeconds: record.scenario.durationSeconds,
          },
          why: passing(rule)
            ? 'loadBalancer PASSTHROUGH of the DestinationRule: a sidecar sends to the address that the caller asked for, the Service’s own, whatever was drawn, and any pod of the Service answers.'
            : 'The draw keeps to its weights, but each of the two clusters holds every pod that its selector picks, of either version.',
          remedies: sharedRemedies(rule),
          look: 'callers',
          trace: null,
        });
      }
    }
    return [...found.values()];
  },
};

export const sharedHead = (rule: string, { one, other, workloads }: Shared): string =>
  `${one.to} and ${other.to} have the same pods (of ${listed(workloads)}), so the weights ${percent(one.weight)} and ${percent(other.weight)} of ${rule} do not say which version answers.`;

/** For a route whose destinations share pods. */
export function sharedRemedies(rule: RuleFact): Remedy[] {
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

const passing = ({ destinations }: RuleFact): boolean =>
  destinations.some(({ passesThrough }) => passesThrough === true);

type Destination = RuleFact['destinations'][number];

interface Shared {
  readonly one: Destination;
  readonly other: Destination;
  readonly workloads: readonly string[];
}

/** Two weighted destinations of a route that pick a common workload. */
export function sharedIn({ destinations, headless }: RuleFact): Shared | undefined {
  // There each destination has every pod, whatever it selects: that is told by itself.
  if (headless !== null) return undefined;
  const drawn = destinations.filter(({ weight }) => weight > 0);
  for (const [index, one] of drawn.entries()) {
    for (const other of drawn.slice(index + 1)) {
      const workloads = one.workloads.filter((own) => other.workloads.includes(own));
      if (workloads.length > 0 && one.to !== other.to) return { one, other, workloads };
    }
  }
  return undefined;
}

/** Which workload is whose of all weighted destinations, by their names; undefined: they do not tell. */
function partsOf({ destinations }: RuleFact): Part[] | undefined {
  const parts = destinations
    .filter(({ weight }) => weight > 0)
    .map(({ service, subset, workloads }) => ({
      service,
      subset,
      workload: workloads.find(
        (own) =>
          own === (subset === null ? service : `${service}-${subset}`) ||
          own.endsWith(`-${subset ?? service}`),
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
