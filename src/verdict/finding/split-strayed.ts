import type { FindingRecord } from '../../record/finding.ts';
import type { Phase, RunRecord, ServiceSplit } from '../../record/record.ts';
import { chancePercent, percent, plural, span } from '../../words/number.ts';
import { isOfSessions, levelsOf, sessionsOf } from '../rule-of-evidence.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { strayRemedies, strayWhy } from './stray.ts';

/** A version had more or less than its weight, beyond what independent draws do. */
export const splitStrayed: FindingKind = {
  code: 'split-strayed',
  seenIn(record) {
    const sessions = sessionsOf(record);
    const tested = record.splits.flatMap((split) =>
      split.phases.flatMap((phase) =>
        phase.p === null || isOfSessions(phase, sessions) ? [] : [{ split, phase, p: phase.p }],
      ),
    );
    const { fault } = levelsOf(record);
    return tested
      .filter(({ p }) => p <= fault)
      .sort((a, b) => a.p - b.p)
      .slice(0, 3)
      .map(({ split, phase, p }) => findingOf(record, split, phase, p, fault));
  },
};

function findingOf(
  record: RunRecord,
  split: ServiceSplit,
  phase: Phase,
  p: number,
  fault: number,
): FindingRecord {
  const parts = split.keys.flatMap((key, place) => {
    const [seen, meant] = [phase.observed[place]!, phase.effective?.[place] ?? 0];
    return seen + meant === 0
      ? []
      : [`${key} ${percent(seen / phase.requests, phase.requests)} (weight ${percent(meant)})`];
  });
  return {
    code: 'split-strayed',
    level: 'breaks',
    sentence: `${split.service} did not keep to its weights: ${parts.join(', ')} of ${plural(phase.requests, 'request')} (${span(phase.fromSeconds, phase.toSeconds)}). Independent draws stray so far in ${chancePercent(p)} of such runs.`,
    evidence: [
      `Test: ${phase.test ?? ''}. It is called a fault at ${chancePercent(fault)} or less; the number of splits that were tested is taken into account.`,
    ],
    harm: {
      ...noHarm,
      requests: phase.requests,
      seconds: phase.toSeconds - phase.fromSeconds,
      fromSeconds: phase.fromSeconds,
      toSeconds: phase.toSeconds,
    },
    why: strayWhy(record),
    remedies: [
      ...strayRemedies(record),
      byHand(
        'Find out which clients stay with one version, and what in the rule or the balancer keeps them there (`meshshift trace`).',
      ),
    ],
    look: 'split',
    trace: null,
  };
}
