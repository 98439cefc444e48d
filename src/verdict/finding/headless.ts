import type { Remedy } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import { plural } from '../../words/number.ts';
import { during } from './during.ts';
import type { FindingKind } from './finding.ts';
import { harmToCallers, withAnswers } from './harm-to-callers.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** A rule for a headless Service: the caller has chosen a pod before its sidecar is asked. */
export const headless: FindingKind = {
  code: 'headless',
  seenIn: (record) =>
    toldByStep(record, ({ rules }) =>
      rules.flatMap((own) =>
        own.headless === null ? [] : [[own.rule, { own, service: own.headless }] as const],
      ),
    ).map(({ key: rule, first: { own, service }, fromSeconds, toSeconds }) => {
      // A gateway balances among the pods itself.
      const calls = record.callers.filter(
        ({ caller, rules }) =>
          splits(own) && caller !== 'visitors' && rules.some((each) => each.rule === rule),
      );
      const harm = harmToCallers(calls, fromSeconds, toSeconds);
      return {
        code: 'headless',
        level: harm.requests > 0 ? 'breaks' : 'harms',
        sentence: withAnswers(
          `${during(record, fromSeconds, toSeconds)}${headlessHead(rule, service)}`,
          calls,
        ),
        evidence:
          harm.requests === 0
            ? []
            : [
                `The draw kept to the weights of ${plural(own.destinations.length, 'destination')}, and chose clusters, with their limits, but no pods.`,
              ],
        harm,
        // istio pilot/pkg/networking/core/cluster.go, convertResolution: Passthrough becomes ORIGINAL_DST for sidecars.
        why: 'For sidecars istiod makes of a headless Service, and of its subsets, clusters of the type ORIGINAL_DST: they go to the address that the caller asked for, whatever subset was drawn.',
        remedies: headlessRemedies(service),
        look: harm.requests === 0 ? null : 'callers',
        trace: null,
      };
    }),
};

export const headlessHead = (rule: string, service: string): string =>
  `${service} is a headless Service (clusterIP: None), so ${rule} does not say which of its pods answer callers inside the mesh: their DNS names the pods, and a sidecar sends to the one that was picked.`;

export const headlessRemedies = (service: string): Remedy[] => [
  byHand(
    `Give ${service} a cluster IP, or put a second Service with one before its pods. That is for whoever made it headless: its clients may need each pod by name.`,
  ),
];

/** The rule means some to go here and some there. */
export const splits = ({ destinations }: RuleFact): boolean =>
  destinations.filter(({ weight }) => weight > 0).length > 1;
