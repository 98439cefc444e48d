import type { FindingRecord } from '../../record/finding.ts';
import type { CallerRecord } from '../../record/caller.ts';
import { plural } from '../../words/number.ts';
import { callerText } from './caller-text.ts';
import { during } from './during.ts';
import { listed } from '../../words/listed.ts';
import { matchesSharePods } from './matches-share-pods.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { passing, sharedHead, sharedIn, sharedRemedies, weighedIn, type Shared } from './shared-pods.ts';

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
          sentence: `${during(record, since, toSeconds)}${sharedHead(rule.rule, shared)}${
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
    return [...found.values(), ...matchesSharePods(record)];
  },
};

/** A version without a weight that answers all the same: more than one of those that are shared did. */
const areAnswering = ({ workloads }: Shared, calls: readonly CallerRecord[]): boolean =>
  new Set(
    calls
      .flatMap(({ answered }) => answered.map(({ version }) => version))
      .filter((own) => workloads.includes(own)),
  ).size > 1;
