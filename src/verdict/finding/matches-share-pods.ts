import { isOwner, ownerText } from '../../manifest/rule-name.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { MatchedFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { plural } from '../../words/number.ts';
import { during } from './during.ts';
import { sharedRemedies } from './shared-pods.ts';
import { listed } from '../../words/listed.ts';
import { harmToCallers, withAnswers } from './harm-to-callers.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** Destinations between which matches choose, and that pick the same pods: told as those of weights are. */
export const matchesSharePods = (record: RunRecord): FindingRecord[] =>
  toldByStep(record, ({ matched = [] }) => matched.map((own) => [ownerText(own.owner), own] as const)).map(
    ({ last: own, fromSeconds, toSeconds }) => {
      const calls = record.callers.filter(({ rules }) =>
        rules.some(({ owner }) => isOwner(owner, own.owner)),
      );
      const harm = harmToCallers(calls, fromSeconds, toSeconds);
      const shared = sharedOf(own);
      return {
        code: 'destinations-share-pods',
        level: harm.requests > 0 && wholeOf(own) === undefined ? 'breaks' : 'harms',
        sentence: withAnswers(`${during(record, fromSeconds, toSeconds)}${matchedHead(own)}`, calls),
        evidence: [`They share ${plural(shared.length, 'workload')}: ${listed(shared)}.`],
        harm,
        why: 'A match chooses a cluster, and a cluster holds every pod that its selector picks, of either version.',
        remedies: matchedRemedies(own),
        look: 'callers',
        trace: null,
      };
    },
  );

const sharedOf = ({ one, other }: MatchedFact): readonly string[] =>
  one.workloads.filter((own) => other.workloads.includes(own));

/** Of a Service and a subset of it, the Service: all of its pods. */
const wholeOf = ({ one, other }: MatchedFact): MatchedFact['one'] | undefined =>
  one.service === other.service ? [one, other].find(({ subset }) => subset === null) : undefined;

export function matchedHead(own: MatchedFact): string {
  const whole = wholeOf(own);
  const { one, other } = own;
  const owner = ownerText(own.owner);
  const shared = listed(sharedOf(own));
  if (whole === undefined)
    return `${one.to} and ${other.to} share pods (of ${shared}), so the matches of ${owner} do not say which version answers.`;
  const part = whole === one ? other : one;
  return `${owner} sends to ${whole.to} without a subset by one rule, and to ${part.to} by another: the pods of ${part.to} (of ${shared}) answer requests of both.`;
}

export function matchedRemedies(own: MatchedFact): Remedy[] {
  const whole = wholeOf(own);
  return whole === undefined
    ? sharedRemedies({
        destinations: [own.one, own.other].map((each) => ({ ...each, weight: 0.5, lacks: null })),
      })
    : [
        byHand(
          `Name a subset in the rule that sends to ${whole.to}, if its requests are for the other versions alone.`,
        ),
      ];
}
