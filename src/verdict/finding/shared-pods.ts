import type { Remedy } from '../../record/finding.ts';
import { percent } from '../../words/number.ts';
import { listed } from '../../words/listed.ts';
import { partedIn, type Shared, type Weighed } from '../weighed.ts';
import { byChange, byHand } from './remedy.ts';

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
