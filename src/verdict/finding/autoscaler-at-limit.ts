import type { Capacity, WorkloadCapacity } from '../../record/capacity.ts';
import { count, moment, plural } from '../../words/number.ts';
import { overSpans } from '../over-capacity.ts';
import { comesAtOnce } from './comes-at-once.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { overloadHarm } from './overload-harm.ts';
import { podsNeeded } from './overloaded.ts';
import { byChange } from './remedy.ts';

/** An autoscaler wants more pods than maxReplicas allows while its target is short of capacity. */
export const autoscalerAtLimit: FindingKind = {
  code: 'autoscaler-at-limit',
  seenIn: (record) =>
    (record.capacity?.autoscalers ?? []).flatMap((own) => {
      const { name, target, maxReplicas } = own;
      const workloads = (record.capacity?.workloads ?? []).filter((each) => each.target === target);
      if (!isAtLimit(own, workloads)) return [];
      const harm = overloadHarm(record, target);
      const harmed = harm.pages + harm.pagesWithout + harm.pagesLate;
      const needed = Math.max(
        Math.ceil(1.2 * maxReplicas),
        ...workloads.map((each) => podsNeeded(record, each) ?? 0),
      );
      return [
        {
          code: 'autoscaler-at-limit',
          level: levelOf({ ...harm, requests: harm.requests + 1 }, record),
          sentence: `Autoscaler ${name} wanted more than maxReplicas (${count(maxReplicas)}) for ${target}, from ${moment(cappedIn(own)[0]!.atSeconds)} on, while its pods could not keep up.${harmed === 0 ? '' : ` ${count(harmed)} of ${plural(record.pages.pages + record.pages.overdue, 'page')} failed or came late.`}`,
          evidence: [],
          harm,
          why: 'maxReplicas is reached, so the metric stays above its target.',
          remedies: [
            byChange(
              { kind: 'max-replicas', autoscaler: name, replicas: needed },
              // Whoever may have more asks for them too late where the load comes at once.
              ...(comesAtOnce(record, workloads)
                ? [{ kind: 'replicas', workload: target, replicas: needed, autoscaler: name } as const]
                : []),
            ),
          ],
          look: 'capacity',
          trace: null,
        },
      ];
    }),
};

/** Its target could not keep up since it wants more pods than it may have: before that more were still to come. */
export function isAtLimit(own: Autoscaler, workloads: readonly WorkloadCapacity[]): boolean {
  const [first] = cappedIn(own);
  const spans = workloads.flatMap((each) => overSpans(each));
  return first !== undefined && spans.some(({ toSeconds }) => toSeconds > first.atSeconds);
}

/** Syncs in which it wanted more pods than it may have. */
const cappedIn = ({ maxReplicas, syncs }: Autoscaler): Autoscaler['syncs'] =>
  syncs.filter(
    ({ after, conditions }) =>
      after === maxReplicas &&
      conditions.some(
        ({ type, status, reason }) =>
          type === 'ScalingLimited' && status === 'True' && reason === 'TooManyReplicas',
      ),
  );

type Autoscaler = Capacity['autoscalers'][number];
