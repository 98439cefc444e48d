import type { FindingRecord } from '../../record/finding.ts';
import type { Phase, RunRecord, ServiceSplit } from '../../record/record.ts';
import { chancePercent, count, percent, span } from '../../words/number.ts';
import { evidenceLevels, isOfSessions, looksOf, sessionsOf } from '../rule-of-evidence.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { strayRemedies } from './stray-remedies.ts';

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
    const { fault } = evidenceLevels({ looks: looksOf({ splits: record.splits, sessions }) });
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
      : [`${key} ${percent(seen / phase.requests, phase.requests)} for ${percent(meant)}`];
  });
  return {
    code: 'split-strayed',
    level: 'breaks',
    sentence: `${split.service} did not keep to its weights: ${parts.join(', ')} of ${count(phase.requests)} requests (${span(phase.fromSeconds, phase.toSeconds)}). Independent draws stray so far in ${chancePercent(p)} of such runs.`,
    evidence: [
      `Test: ${phase.test ?? ''}; a fault from ${chancePercent(fault)} down, all splits tested counted.`,
    ],
    harm: {
      ...noHarm,
      requests: phase.requests,
      seconds: phase.toSeconds - phase.fromSeconds,
      fromSeconds: phase.fromSeconds,
      toSeconds: phase.toSeconds,
    },
    why: 'The requests were not drawn independently with these weights: a hash, a cookie, kept connections, or a counter in place of a draw.',
    remedies: [
      ...strayRemedies(record, split.service),
      byHand(
        'See which clients stay with one version (`meshshift trace`), and what of the rule or of the balancer makes them.',
      ),
    ],
    look: 'split',
    trace: null,
  };
}
