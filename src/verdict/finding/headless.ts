import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import { plural } from '../../words/number.ts';
import { callerText } from './caller-text.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** A rule for a headless Service: the caller has chosen a pod before its sidecar is asked. */
export const headless: FindingKind = {
  code: 'headless',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    for (const { rules, fromSeconds } of record.mesh) {
      for (const own of rules) {
        const { rule, headless: service } = own;
        if (service === null || found.has(rule)) continue;
        // A gateway balances among the pods itself.
        const calls = record.callers.filter(
          ({ caller, rules: theirs }) => caller !== 'visitors' && theirs.some((each) => each.rule === rule),
        );
        const requests = splits(own) ? calls.reduce((sum, each) => sum + each.requests, 0) : 0;
        const answers = requests === 0 ? [] : calls.map(callerText);
        found.set(rule, {
          code: 'headless',
          level: requests > 0 ? 'breaks' : 'harms',
          sentence: [headlessHead(rule, service), ...answers].join(' '),
          evidence:
            requests === 0
              ? []
              : [
                  `The draw kept to the weights of ${plural(own.destinations.length, 'destination')}, and chose clusters, with their limits, but no pods.`,
                ],
          harm: {
            ...noHarm,
            requests,
            seconds: requests === 0 ? 0 : record.scenario.durationSeconds - fromSeconds,
            fromSeconds,
            toSeconds: record.scenario.durationSeconds,
          },
          // istio pilot/pkg/networking/core/cluster.go, convertResolution: Passthrough becomes ORIGINAL_DST for sidecars.
          why: 'For sidecars istiod makes of a headless Service, and of its subsets, clusters of the type ORIGINAL_DST: they go to the address that the caller asked for, whatever subset was drawn.',
          remedies: headlessRemedies(service),
          look: requests === 0 ? null : 'callers',
          trace: null,
        });
      }
    }
    return [...found.values()];
  },
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
