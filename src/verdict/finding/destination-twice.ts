import type { Remedy } from '../../record/finding.ts';
import type { TwiceFact } from '../../record/mesh-facts.ts';
import { percent } from '../../words/number.ts';
import { listed } from '../../words/listed.ts';
import { during } from './during.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** A rule gives one destination several weights: mostly a name that was copied and not changed. */
export const destinationTwice: FindingKind = {
  code: 'destination-twice',
  seenIn: (record) =>
    toldByStep(record, ({ twice = [] }) => twice.map((own) => [`${own.rule} ${own.to}`, own] as const)).map(
      ({ first: own, fromSeconds, toSeconds }) => ({
        code: 'destination-twice',
        level: 'harms',
        sentence: `${during(record, fromSeconds, toSeconds)}${twiceHead(own)}`,
        evidence: [],
        harm: { ...noHarm, fromSeconds, toSeconds },
        why: 'Each entry of a route is drawn by its own weight, and entries with one host, subset and port are one place.',
        remedies: twiceRemedies(own),
        look: 'split',
        trace: null,
      }),
    ),
};

export const twiceHead = ({ rule, to, weights }: TwiceFact): string =>
  `${rule} names ${to} ${weights.length === 2 ? 'twice' : `${weights.length} times`}, with ${listed(weights.map((own) => percent(own)))}: it gets all of that, ${percent(weights.reduce((sum, own) => sum + own, 0))} of the requests.`;

export const twiceRemedies = ({ rule, to }: TwiceFact): Remedy[] => [
  byHand(`Name the version that is meant in one of the entries for ${to} of ${rule}, or leave one out.`),
];
