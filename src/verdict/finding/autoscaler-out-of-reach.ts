import type { Change } from '../../manifest/change/index.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { AutoscalerFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { isOutOfReach, reachIn, usualTolerance, wantsOf } from '../out-of-reach.ts';
import { comesAtOnce } from './comes-at-once.ts';
import { listed } from '../../words/listed.ts';
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
        if (isOutOfReach(own)) found.set(own.name, findingOf(record, own));
      }
    }
    return [...found.values()];
  },
};

function findingOf(record: RunRecord, own: AutoscalerFact): FindingRecord {
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
  return {
    code: 'autoscaler-out-of-reach',
    // Who writes that it never scales up may mean it, as long as nobody waits for more pods.
    level: harm.pagesLate > 0 ? levelOf(harm, record) : own.neverUp === true ? 'note' : 'harms',
    sentence: [reachHead(own), ...helpersIn(own)].join(' '),
    evidence: [],
    harm,
    why: whyOf(own),
    remedies: reachRemedies(own, more),
    look: 'capacity',
    trace: null,
  };
}

function whyOf({ neverUp, container, millicores }: AutoscalerFact): string {
  if (neverUp === true)
    return 'selectPolicy: Disabled turns scaling in that direction off, whatever the metrics say; only fewer than minReplicas are still made up for.';
  if (millicores !== undefined)
    return 'An AverageValue is compared with the CPU that a pod uses on average, which its limits end; up to the tolerance above the target nothing is scaled.';
  return container === undefined
    ? 'Utilisation is the use of all containers over the requests of all of them, the sidecar included. A helper that asks for much and does little lowers it; up to the tolerance above the target nothing is scaled.'
    : 'A metric of type ContainerResource is the use of one container over its own request, whatever the others do; up to the tolerance above the target nothing is scaled.';
}

/** What thins its reading out. */
function helpersIn(own: AutoscalerFact): string[] {
  if (own.neverUp === true || own.container !== undefined || own.millicores !== undefined) return [];
  const helpers = [
    ...own.idle.map(
      ({ container, requestMilli }) => `${container} asks for ${requestMilli}m and does nothing`,
    ),
    ...(own.proxyMilli === undefined ? [] : [`istio-proxy asks for ${own.proxyMilli}m`]),
  ];
  return helpers.length === 0 ? [] : [`${helpers.join(', ')}.`];
}

export function reachHead(own: AutoscalerFact): string {
  const { name, target, container, millicores, tolerance = usualTolerance, neverUp, sidecarMilli } = own;
  if (neverUp === true)
    return `Autoscaler ${name} never scales ${target} up beyond its minReplicas: behavior.scaleUp.selectPolicy is Disabled.`;
  const reach = reachIn(own) ?? 0;
  const wants = wantsOf(own);
  const [unit, of] = millicores === undefined ? [' %', ' of the CPU request'] : ['m', ' of CPU'];
  const above = Number((wants * (1 + tolerance)).toFixed(1));
  const waits = `it waits for more than ${above}${unit}${of}${
    container === undefined ? (millicores === undefined ? 's' : ' a pod') : ` of container ${container}`
  } (its target of ${wants}${unit} and the tolerance)`;
  const comes =
    container !== undefined && reach === 0
      ? 'to which the model gives no work'
      : container !== undefined
        ? `which comes to ${reach.toFixed(0)}${unit} ${sidecarMilli === undefined ? 'at its limit' : 'while the application is at its limit'}`
        : `and a pod whose application is at its limit comes to ${reach.toFixed(0)}${unit}${sidecarMilli === undefined ? '' : `, with ${sidecarMilli}m of its sidecar`}`;
  return `Autoscaler ${name} can never scale ${target} up by CPU: ${waits}, ${comes}.`;
}

/** @param more to be done together with it, where its load would come before its autoscaler. */
export function reachRemedies(own: AutoscalerFact, more: readonly Change[] = []): Remedy[] {
  const {
    name,
    target,
    container,
    idle,
    proxyMilli,
    sidecarMilli,
    millicores,
    tolerance = usualTolerance,
  } = own;
  const reach = reachIn(own) ?? 0;
  if (own.neverUp === true)
    return [byHand(`Let autoscaler ${name} scale up: leave selectPolicy: Disabled out of behavior.scaleUp.`)];
  // A good way below the reading at which it would do nothing yet.
  const lower = Math.max(1, Math.floor((0.77 * reach) / (1 + tolerance)));
  if (millicores !== undefined)
    return reach === 0 ? [] : [byHand(`Lower the averageValue of autoscaler ${name} to ${lower}m.`)];
  return [
    ...(idle.length === 0 &&
    proxyMilli === undefined &&
    (container === undefined || sidecarMilli === undefined)
      ? []
      : [byChange({ kind: 'container-metric', autoscaler: name, workload: target }, ...more)]),
    ...(reach === 0
      ? []
      : [byChange({ kind: 'autoscaler-target', autoscaler: name, percent: lower }, ...more)]),
    ...(idle.length === 0 || container !== undefined
      ? []
      : [
          byHand(
            `Lower the CPU requests of ${listed(idle.map((each) => each.container))} to what they really use.`,
          ),
        ]),
  ];
}
