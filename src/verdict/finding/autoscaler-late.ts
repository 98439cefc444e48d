import type { FindingRecord } from '../../record/finding.ts';
import { count, moment, plural, seconds } from '../../words/number.ts';
import { overSpans } from '../over-capacity.ts';
import { isAtLimit } from './autoscaler-at-limit.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { overloadHarm } from './overload-harm.ts';
import { mostAsked, movesWeight, podsNeeded } from './overloaded.ts';
import { byChange } from './remedy.ts';

/** An autoscaler did what was to be done, after its target had run short. */
export const autoscalerLate: FindingKind = {
  code: 'autoscaler-late',
  seenIn: (record) =>
    (record.capacity?.autoscalers ?? []).flatMap((autoscaler): FindingRecord[] => {
      const { name, target, syncs } = autoscaler;
      const own = (record.capacity?.workloads ?? []).filter((each) => each.target === target);
      const spans = own.flatMap((each) => overSpans(each));
      const from = Math.min(...spans.map(({ fromSeconds }) => fromSeconds));
      const ups = syncs.filter((each) => each.after > each.before && each.atSeconds >= from);
      if (spans.length === 0 || ups.length === 0 || isAtLimit(autoscaler, own)) return [];
      const harm = overloadHarm(record, target);
      if (harm.pages + harm.pagesWithout + harm.pagesLate === 0) return [];
      const first = ups[0]!;
      const ready = readyAfter(own, first.atSeconds, first.before);
      return [
        {
          code: 'autoscaler-late',
          level: levelOf(harm, record),
          sentence: `Autoscaler ${name} was late: ${target} could not keep up from ${moment(from)} on, the autoscaler asked for more pods ${seconds(first.atSeconds - from)} later, ${
            ready === undefined
              ? 'and none was ready when the run ended'
              : `and the first was ready at ${moment(ready)}`
          }. ${count(harm.pages + harm.pagesWithout + harm.pagesLate)} of ${plural(record.pages.pages + record.pages.overdue, 'page')} failed or came late in that time.`,
          evidence: [`Replicas asked for: ${[first.before, ...ups.map(({ after }) => after)].join(', ')}.`],
          harm,
          why: `${movesWeight(record) ? 'A weight moves at once. An autoscaler first has to see it' : 'An autoscaler first has to see the load'} (a scrape and a sync, 15 s each), and its pods have to start; the queue lasts longer than that.`,
          remedies: [
            byChange({
              kind: 'replicas',
              workload: target,
              replicas: Math.max(
                mostAsked(record, name),
                ...own.map((each) => podsNeeded(record, each) ?? 0),
              ),
              autoscaler: name,
            }),
          ],
          look: 'capacity',
          trace: '--slowest',
        },
      ];
    }),
};

/** When more pods were ready than before; undefined: not within the run. */
const readyAfter = (
  own: NonNullable<import('../../record/record.ts').RunRecord['capacity']>['workloads'],
  atSeconds: number,
  before: number,
): number | undefined =>
  own[0]?.windows.find((each) => each.toSeconds > atSeconds && each.ready > before)?.toSeconds;
