import { count, moment, plural } from '../../words/number.ts';
import { lengthOf, overSpans } from '../over-capacity.ts';
import { comesAtOnce } from './comes-at-once.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { overloadHarm } from './overload-harm.ts';
import { podsNeeded } from './overloaded.ts';
import { byChange } from './remedy.ts';

/** An autoscaler wants more pods than maxReplicas allows while its target is short of capacity. */
export const autoscalerAtLimit: FindingKind = {
  code: 'autoscaler-at-limit',
  seenIn: (record) =>
    (record.capacity?.autoscalers ?? []).flatMap(({ name, target, maxReplicas, syncs }) => {
      const capped = syncs.filter(
        ({ after, conditions }) =>
          after === maxReplicas &&
          conditions.some(
            (own) =>
              own.type === 'ScalingLimited' && own.status === 'True' && own.reason === 'TooManyReplicas',
          ),
      );
      const workloads = (record.capacity?.workloads ?? []).filter((own) => own.target === target);
      const over = workloads.reduce((sum, own) => sum + lengthOf(overSpans(own)), 0);
      if (capped.length === 0 || over === 0) return [];
      const harm = overloadHarm(record, target);
      const harmed = harm.pages + harm.pagesWithout + harm.pagesLate;
      const needed = Math.max(
        Math.ceil(1.2 * maxReplicas),
        ...workloads.map((own) => podsNeeded(record, own) ?? 0),
      );
      return [
        {
          code: 'autoscaler-at-limit',
          level: levelOf({ ...harm, requests: harm.requests + 1 }, record),
          sentence: `Autoscaler ${name} wanted more than maxReplicas (${count(maxReplicas)}) for ${target}, from ${moment(capped[0]!.atSeconds)} on, while its pods could not keep up.${harmed === 0 ? '' : ` ${count(harmed)} of ${plural(record.pages.pages + record.pages.overdue, 'page')} failed or came late.`}`,
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
