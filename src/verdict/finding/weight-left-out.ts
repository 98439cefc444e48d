import type { Remedy } from '../../record/finding.ts';
import type { UnweighedFact } from '../../record/mesh-facts.ts';
import { percent } from '../../words/number.ts';
import { during } from './during.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** A destination without a weight beside others that have one: it does not get the rest of 100. */
export const weightLeftOut: FindingKind = {
  code: 'weight-left-out',
  seenIn: (record) =>
    toldByStep(record, ({ unweighed = [] }) =>
      unweighed.map((own) => [`${own.rule} ${own.to}`, own] as const),
    ).map(({ last: own, fromSeconds, toSeconds }) => ({
      code: 'weight-left-out',
      level: 'harms',
      sentence: `${during(record, fromSeconds, toSeconds)}${unweighedHead(own)}`,
      evidence: [],
      harm: { ...noHarm, fromSeconds, toSeconds },
      why: unweighedWhy(own),
      remedies: unweighedRemedies(own),
      look: 'split',
      trace: null,
    })),
};

const unweighedWhy = ({ weight }: UnweighedFact): string =>
  weight === 0
    ? 'A weight that a VirtualService leaves out is 0, and Istio does not fill the others up to 100: shares are weight / sum.'
    : 'A weight that a route of Gateway API leaves out is 1, and shares are weight / sum.';

export const unweighedHead = ({ rule, to, weight, total }: UnweighedFact): string =>
  weight === 0
    ? `${rule} gives ${to} no weight: it gets no request, and the others, whose weights come to ${total}, get all of them.`
    : `${rule} gives ${to} no weight: that is ${weight} of ${total}, ${percent(weight / total)} of the requests.`;

export const unweighedRemedies = ({ rule, to }: UnweighedFact): Remedy[] => [
  byHand(`Write the weight of ${to} that is meant into ${rule}.`),
];
