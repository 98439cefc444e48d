import { isOwner, ownerText, type RuleOwner } from '../../manifest/rule-name.ts';
import type { CallerRecord } from '../../record/caller.ts';
import type { FindingRecord } from '../../record/finding.ts';
import type { MeshFacts, RuleFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { moment } from '../../words/number.ts';
import { callerText } from './caller-text.ts';
import { callsWithin } from './calls-within.ts';
import { during } from './during.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { calledBy, chooses } from './left-to-balancers.ts';
import { byHand } from './remedy.ts';

/**
 * A rule that told versions apart is taken away in mid-run, and none comes in its place. That is what the timeline asks for, so it is
 * worth a note, and forbids nothing.
 */
export const ruleGone: FindingKind = {
  code: 'rule-gone',
  seenIn: (record) => {
    const found = record.callers.flatMap((own) => goneFor(record, own));
    const keyOf = ({ caller: { service }, owner, fromSeconds, toSeconds }: Gone): string =>
      `${service} ${ownerText(owner)} ${fromSeconds} ${toSeconds}`;
    return [...new Set(found.map(keyOf))].map((key) =>
      findingOf(
        record,
        found.filter((own) => keyOf(own) === key),
      ),
    );
  },
};

/** A caller with what it asked of a Service, and got, while no rule stood for that any more. */
interface Gone {
  readonly caller: CallerRecord;
  /** That stood for it until then. */
  readonly owner: RuleOwner;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

function findingOf(record: RunRecord, gone: readonly Gone[]): FindingRecord {
  const [{ caller, owner, fromSeconds, toSeconds }] = gone as [Gone];
  const { service } = caller;
  const isDeleted = record.mesh
    .filter((step) => step.fromSeconds >= fromSeconds && step.fromSeconds < toSeconds)
    .every((step) => sendsOf(step, owner).length === 0);
  const before = ownerText(owner);
  return {
    code: 'rule-gone',
    level: 'note',
    sentence: [
      `${during(record, fromSeconds, toSeconds)}no rule stands for ${service}, as ${before} ${isDeleted ? 'is deleted' : 'is not for it any more'}: proxies choose among all of its ready pods.`,
      ...gone.map((own) => callerText(own.caller)),
    ].join(' '),
    evidence: [],
    harm: { ...noHarm, fromSeconds, toSeconds },
    why: 'Where no rule stands for a Service, a proxy sends to its cluster without a subset, and its balancer chooses among all ready endpoints: a version gets by its number of pods, whatever its weight was before.',
    remedies: [
      byHand(
        `If that is not meant, leave ${before} as it was before ${moment(fromSeconds)}, or apply a rule with the weights that are to hold from then on.`,
      ),
    ],
    look: 'callers',
    trace: null,
  };
}

/** Times in which a caller has no rule for a Service, after one that chose among its pods. */
const goneFor = (record: RunRecord, own: CallerRecord): Gone[] =>
  own.rules.flatMap((rule, index) => {
    const owner = own.rules[index - 1]?.owner ?? null;
    if (owner === null || rule.owner !== null || rule.shares !== null || rule.passes === true) return [];
    const { fromSeconds } = rule;
    const toSeconds = own.rules[index + 1]?.fromSeconds ?? record.scenario.durationSeconds;
    const called = calledBy(record, own);
    const [before] = record.mesh.filter((step) => step.fromSeconds < fromSeconds).slice(-1);
    const isChosen = sendsOf(before, owner).some((each) => chooses(each, called));
    const isStill = record.mesh
      .filter((step) => step.fromSeconds >= fromSeconds && step.fromSeconds < toSeconds)
      .some((step) =>
        sendsOf(step, owner).some((each) => each.some(({ service }) => service === own.service)),
      );
    const caller = callsWithin(record, own, fromSeconds, toSeconds);
    return isChosen && !isStill && caller.requests > 0 ? [{ caller, owner, fromSeconds, toSeconds }] : [];
  });

/** What the rules of a resource send to at a step; empty: it has none then. */
const sendsOf = (step: MeshFacts | undefined, owner: RuleOwner): readonly RuleFact['destinations'][] =>
  [...(step?.rules ?? []), ...(step?.routes ?? [])]
    .filter((own) => isOwner(own.owner, owner))
    .map(({ destinations }) => destinations);
