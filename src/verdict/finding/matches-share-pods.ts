import { isOwner, ownerText } from '../../manifest/rule-name.ts';
import type { CallerRecord } from '../../record/caller.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { MatchedFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { plural } from '../../words/number.ts';
import { callerText } from './caller-text.ts';
import { during } from './during.ts';
import { sharedRemedies } from './shared-pods.ts';
import { listed } from '../../words/listed.ts';
import { noHarm } from './finding.ts';
import { byHand } from './remedy.ts';

/** Destinations between which matches choose, and that pick the same pods: told as those of weights are. */
export function matchesSharePods(record: RunRecord): FindingRecord[] {
  const found = new Map<string, FindingRecord>();
  record.mesh.forEach(({ matched = [], fromSeconds }, index) => {
    const toSeconds = record.mesh[index + 1]?.fromSeconds ?? record.scenario.durationSeconds;
    for (const own of matched) {
      const calls = record.callers.filter(({ rules }) =>
        rules.some(({ owner }) => isOwner(owner, own.owner)),
      );
      const requests = calls.reduce((sum, each) => sum + each.requests, 0);
      const owner = ownerText(own.owner);
      const since = found.get(owner)?.harm.fromSeconds ?? fromSeconds;
      found.set(owner, findingOf(record, own, calls, requests, since, toSeconds));
    }
  });
  return [...found.values()];
}

function findingOf(
  record: RunRecord,
  own: MatchedFact,
  calls: readonly CallerRecord[],
  requests: number,
  fromSeconds: number,
  toSeconds: number,
): FindingRecord {
  const shared = sharedOf(own);
  return {
    code: 'destinations-share-pods',
    level: requests > 0 && wholeOf(own) === undefined ? 'breaks' : 'harms',
    sentence: [
      `${during(record, fromSeconds, toSeconds)}${matchedHead(own)}`,
      ...(requests === 0 ? [] : calls.map((each) => callerText(each))),
    ].join(' '),
    evidence: [`They share ${plural(shared.length, 'workload')}: ${listed(shared)}.`],
    harm: {
      ...noHarm,
      requests,
      seconds: requests === 0 ? 0 : toSeconds - fromSeconds,
      fromSeconds,
      toSeconds,
    },
    why: 'A match chooses a cluster, and a cluster holds every pod that its selector picks, of either version.',
    remedies: matchedRemedies(own),
    look: 'callers',
    trace: null,
  };
}

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
