import type {
  Capacity,
  CapacityVerdict,
  CapacityWindow,
  RollbackMeter,
  RollbackPoint,
  WorkloadCapacity,
} from '../record/capacity.ts';
import type { PodRecord } from '../record/pod.ts';
import { hindranceOf } from '../record/hindrance-of.ts';
import { hotPods } from './finding/hot-pods.ts';
import { lengthOf, overSpans, windowsIn, type OverSpan } from './over-capacity.ts';
import { count, plural } from '../words/number.ts';

/** What a planner wants to hear first. The meter of rollbacks is told where there is one. */
export function capacityVerdict(
  capacity: Omit<Capacity, 'verdict'>,
  pods: readonly PodRecord[],
): CapacityVerdict {
  const { workloads, pages, autoscalers, podEvents, overdue, lateMs, rollback } = capacity;
  const over = workloads
    .map((workload) => ({ workload, spans: overSpans(workload) }))
    .filter(({ spans }) => spans.length > 0)
    .sort((a, b) => lengthOf(b.spans) - lengthOf(a.spans));
  const total = (what: 'pages' | 'failed' | 'late'): number => pages.reduce((sum, own) => sum + own[what], 0);
  const [asked, failed, late] = [total('pages'), total('failed'), total('late')];
  const cost =
    failed + late + overdue === 0
      ? `all ${plural(asked, 'page')} came within ${duration(lateMs / 1000)}`
      : `of ${plural(asked, 'page')} ${[
          ...(late > 0
            ? [`${count(late)} (${share(late, asked)}) took longer than ${duration(lateMs / 1000)}`]
            : []),
          ...(failed > 0 ? [`${count(failed)} (${share(failed, asked)}) failed`] : []),
          ...(overdue > 0 ? [`${count(overdue)} were never served`] : []),
        ].join(', ')}`;
  const [worst] = over;
  const [hot] = hotPods(pods).sort((a, b) => b.overSeconds - a.overSeconds);
  const sentence =
    worst === undefined && hot !== undefined
      ? `Not every pod kept up: ${hot.pod} was at its limit for ${duration(hot.overSeconds)}, first from ${moment(hot.overFromSeconds!)} on, while ${hot.workload} as a whole was not; ${cost}.`
      : worst === undefined
        ? `The pods kept up: ${busiestText(workloads)}${cost}.`
        : `The pods did not keep up: ${worst.workload.name} ${lackOf(worst.spans.flatMap((own) => windowsIn(worst.workload, own)))} for ${duration(lengthOf(worst.spans))}, first from ${moment(worst.spans[0]!.fromSeconds)} on; ${cost}.`;
  const back = rollback === null ? null : rollback.points.every((own) => own.isSafe);
  return {
    keptUp: worst === undefined && hot === undefined,
    canGoBack: back,
    sentence: back === false ? `${sentence} It could not always be taken back.` : sentence,
    reasons: [
      ...over.slice(0, 4).map(({ workload, spans }) => overText(workload, spans)),
      ...crashTexts(podEvents),
      ...inactiveTexts(autoscalers),
      ...blindTexts(autoscalers),
      ...(rollback === null ? [] : [rollbackText(rollback)]),
      `Pods: ${workloads.map((own) => `${own.name} ${own.podHours.toFixed(2)}`).join(', ')} pod-hours.`,
    ],
  };
}

function overText(workload: WorkloadCapacity, spans: readonly OverSpan[]): string {
  const longest = spans.reduce((most, own) =>
    own.toSeconds - own.fromSeconds > most.toSeconds - most.fromSeconds ? own : most,
  );
  const windows = windowsIn(workload, longest);
  const waiting = Math.max(...windows.map((own) => own.inSystem));
  const [least, most] = [Math.min, Math.max].map((of) => of(...windows.map((own) => own.ready)));
  const ready = least === most ? count(most!) : `${count(least!)} to ${count(most!)}`;
  const refused = windows.reduce((sum, own) => sum + own.turnedAway, 0);
  const lost = windows.reduce((sum, own) => sum + own.noPod, 0);
  return (
    [
      `${workload.name}: longest from ${moment(longest.fromSeconds)} to ${moment(longest.toSeconds)}, with ${ready} ready ${ready === '1' ? 'pod' : 'pods'}`,
      ...(waiting < 0.5
        ? []
        : [`${plural(Math.round(waiting), 'request')} at once, on average, in the worst window`]),
      ...(refused > 0 ? [`${count(refused)} turned away`] : []),
      ...(lost > 0 ? [`${count(lost)} found no pod`] : []),
    ].join('; ') + '.'
  );
}

const lackOf = (windows: readonly CapacityWindow[]): string =>
  windows.every((own) => own.readyMean < 1) ? 'had no ready pod' : 'was at its limit';

function busiestText(workloads: readonly WorkloadCapacity[]): string {
  const busy = workloads
    .flatMap((own) => own.windows.map((window) => ({ name: own.name, used: window.saturation ?? 0 })))
    .reduce((most, own) => (own.used > most.used ? own : most), { name: '', used: 0 });
  return busy.used === 0
    ? ''
    : `the busiest, ${busy.name}, used at most ${(busy.used * 100).toFixed(0)} % of its CPU limits; `;
}

/** Containers that died and were started again, by workload. */
function crashTexts(podEvents: Capacity['podEvents']): string[] {
  const crashes = podEvents.filter(({ what }) => what === 'crashed');
  return [...new Set(crashes.map(({ workload }) => workload))].map((workload) => {
    const own = crashes.filter((each) => each.workload === workload);
    const pods = new Set(own.map(({ pod }) => pod)).size;
    return `${workload}: its application died ${plural(own.length, 'time')}, in ${plural(pods, 'pod')}, first at ${moment(own[0]!.atSeconds)}.`;
  });
}

/** Autoscalers that could not decide, to the last. */
function inactiveTexts(autoscalers: Capacity['autoscalers']): string[] {
  return autoscalers.flatMap(({ name, syncs }) => {
    const inactive = syncs.map(hindranceOf);
    const last = inactive.at(-1);
    return last === undefined
      ? []
      : [
          `Autoscaler ${name} could not decide in ${count(inactive.filter((own) => own !== undefined).length)} of ${plural(syncs.length, 'sync')}: ${last.message} (${last.reason}).`,
        ];
  });
}

function blindTexts(autoscalers: Capacity['autoscalers']): string[] {
  return autoscalers.flatMap((own) => {
    const blind = own.syncs.filter((sync) => sync.blind !== null);
    const [first] = blind;
    return first === undefined
      ? []
      : [
          `HPA blind: ${own.name} could not see its versions apart in ${count(blind.length)} of ${plural(own.syncs.length, 'sync')}, first at ${moment(first.atSeconds)}: ${first.blind!}`,
        ];
  });
}

/** Until when going back was safe, and the worst instant. */
export function rollbackText({ points, horizonSeconds }: RollbackMeter): string {
  const unsafe = points.filter((own) => !own.isSafe);
  const [first] = unsafe;
  if (first === undefined) return `Going back was safe at each of ${plural(points.length, 'instant')}.`;
  const worst = unsafe.reduce((most, own) => (lostOf(own) > lostOf(most) ? own : most));
  const before = points.filter((own) => own.atSeconds < first.atSeconds).at(-1);
  const safe =
    before === undefined
      ? 'Going back was not safe from the start'
      : `Going back was safe until ${moment(before.atSeconds)}`;
  const again = points.findLast((own) => own.isSafe);
  const later =
    again !== undefined && again.atSeconds > first.atSeconds
      ? `, and again at ${moment(again.atSeconds)}`
      : '';
  return `${safe}${later}; at ${moment(worst.atSeconds)} it would have cost ${lostText(worst)} of ${plural(worst.pages + worst.unserved, 'page')} in ${duration(horizonSeconds)}.`;
}

const lostOf = ({ failed, late, unserved }: RollbackPoint): number => failed + late + unserved;

const lostText = ({ failed, late, unserved }: RollbackPoint): string =>
  [
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
    ...(late > 0 ? [`${count(late)} late`] : []),
    ...(unserved > 0 ? [`${count(unserved)} unserved`] : []),
  ].join(', ');

const share = (part: number, whole: number): string => `${Number(((100 * part) / whole).toPrecision(2))} %`;
const duration = (seconds: number): string => `${Number(seconds.toFixed(3))} s`;
const moment = duration;
