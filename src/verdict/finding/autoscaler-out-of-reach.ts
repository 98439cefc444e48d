import type { Change } from '../../manifest/change/index.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { comesAtOnce } from './comes-at-once.ts';
import { listed } from './failures.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { overloadHarm } from './overload-harm.ts';
import { podsNeeded } from './overloaded.ts';
import { byChange, byHand } from './remedy.ts';

/** An autoscaler waits for a reading that its pods cannot reach: their limits lie below it. */
export const autoscalerOutOfReach: FindingKind = {
  code: 'autoscaler-out-of-reach',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    for (const { autoscalers } of record.mesh) {
      for (const own of autoscalers) {
        if (own.canReachPercent === null || own.canReachPercent >= own.wantsPercent) continue;
        found.set(own.name, findingOf(record, own, own.canReachPercent));
      }
    }
    return [...found.values()];
  },
};

function findingOf(record: RunRecord, own: Autoscaler, reach: number): FindingRecord {
  const harm = overloadHarm(record, own.target);
  const workloads = (record.capacity?.workloads ?? []).filter(({ target }) => target === own.target);
  // An autoscaler that can read its pods is late all the same where the load comes at once.
  const more = comesAtOnce(record, workloads)
    ? [
        {
          kind: 'replicas',
          workload: own.target,
          replicas: Math.max(...workloads.map((each) => podsNeeded(record, each) ?? 1)),
          autoscaler: own.name,
        } as const,
      ]
    : [];
  const helpers = [
    ...own.idle.map(
      ({ container, requestMilli }) => `${container} asks for ${requestMilli}m and does nothing`,
    ),
    ...(own.proxyMilli === undefined ? [] : [`istio-proxy asks for ${own.proxyMilli}m`]),
  ];
  return {
    code: 'autoscaler-out-of-reach',
    level: harm.pagesLate > 0 ? levelOf(harm, record) : 'harms',
    sentence: `${reachHead(own, reach)}${helpers.length === 0 || own.container !== undefined ? '' : ` ${helpers.join(', ')}.`}`,
    evidence: [],
    harm,
    why:
      own.container === undefined
        ? 'Utilisation is the use of all containers over the requests of all of them, the sidecar included. A helper that asks for much and does little lowers it.'
        : 'A metric of type ContainerResource is the use of one container over its own request, whatever the others do.',
    remedies: reachRemedies(own, reach, more),
    look: 'capacity',
    trace: null,
  };
}

type Autoscaler = RunRecord['mesh'][number]['autoscalers'][number];

/** @param reach the most that it can read, in percent. */
export const reachHead = ({ name, target, wantsPercent, container }: Autoscaler, reach: number): string =>
  container !== undefined
    ? `Autoscaler ${name} can never scale ${target} up by CPU: it waits for ${wantsPercent} % of the CPU request of container ${container}, ${reach === 0 ? 'to which the model gives no work' : `which comes to ${reach.toFixed(0)} % at its limit`}.`
    : `Autoscaler ${name} can never scale ${target} up by CPU: it waits for ${wantsPercent} % of the CPU requests, and a pod that uses all of its limits comes to ${reach.toFixed(0)} %.`;

/** @param more to be done together with it, where its load would come before its autoscaler. */
export const reachRemedies = (own: Autoscaler, reach: number, more: readonly Change[] = []): Remedy[] => [
  ...(own.idle.length === 0 && own.proxyMilli === undefined
    ? []
    : [byChange({ kind: 'container-metric', autoscaler: own.name, workload: own.target }, ...more)]),
  ...(reach === 0
    ? []
    : [
        byChange(
          {
            kind: 'autoscaler-target',
            autoscaler: own.name,
            percent: Math.max(1, Math.floor(0.7 * reach)),
          },
          ...more,
        ),
      ]),
  ...(own.idle.length === 0 || own.container !== undefined
    ? []
    : [
        byHand(
          `Lower the CPU requests of ${listed(own.idle.map(({ container }) => container))} to what they really use.`,
        ),
      ]),
];
