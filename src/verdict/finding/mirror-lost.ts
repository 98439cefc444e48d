import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import { lackOf } from './destination-not-there.ts';
import { during } from './during.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

type Lost = NonNullable<RuleFact['lostMirrors']>[number];

/** A rule copies requests to a place that is not there: nobody waits for them, so nobody sees it. */
export const mirrorLost: FindingKind = {
  code: 'mirror-lost',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    record.mesh.forEach(({ rules, fromSeconds }, index) => {
      const toSeconds = record.mesh[index + 1]?.fromSeconds ?? record.scenario.durationSeconds;
      for (const { rule, inert, lostMirrors = [] } of rules) {
        if (inert !== null) continue;
        for (const own of lostMirrors) {
          const key = `${rule} ${own.to}`;
          const since = found.get(key)?.harm.fromSeconds ?? fromSeconds;
          found.set(key, {
            code: 'mirror-lost',
            level: 'harms',
            sentence: `${during(record, since, toSeconds)}${lostHead(rule, own)}`,
            evidence: [],
            harm: { ...noHarm, fromSeconds: since, toSeconds },
            why: 'Nobody waits for the answer of a copy, so no caller sees that there is none; what copies were to show of a version is not shown.',
            remedies: lostRemedies(rule, own),
            look: null,
            trace: null,
          });
        }
      }
    });
    return [...found.values()];
  },
};

export const lostHead = (rule: string, own: Lost): string =>
  `${rule} mirrors requests to ${own.to}, and no copy arrives there: ${lackOf(own)}.`;

export const lostRemedies = (rule: string, { to }: Lost): Remedy[] => [
  byHand(`Correct the mirror of ${rule}, or apply what ${to} lacks first.`),
];
