import type { Route } from '../../mesh/envoy/route.ts';
import type { World } from '../../mesh/world.ts';
import type { ConfiguredStep, ServiceSplit, SplitWindow } from '../../record/record.ts';
import type { Recorder } from '../recorder.ts';
import { callerChanges, rulesText } from './callers.ts';
import { keyRowsOf, sharesOf, starsOf } from './keys.ts';
import { summarise } from './latency.ts';
import { phasesOf } from './phases.ts';
import { readySpans } from './ready-spans.ts';
import { seconds } from './seconds.ts';
import { countsBetween } from './split-counts.ts';

/** What a service's requests were, were to be and are told to be. */
export function buildSplit(world: World, recorder: Recorder, service: string): ServiceSplit {
  const keys = keyRowsOf(world, recorder, service);
  const row = world.serviceRow(service);
  const configured = configuredSteps(world, recorder, service, keys);
  return {
    service,
    keys: keys.map((key) => world.keys.name[key]!),
    marks: keys.map((key) => starsOf(world, service, key) ?? null),
    configured,
    phases: phasesOf(world, recorder, row, keys, configured),
    windows: windowsOf(world, recorder, row, keys),
    latency: keys.map((key) => summarise(world.keys.name[key]!, recorder.latency[key])),
  };
}

function configuredSteps(
  world: World,
  recorder: Recorder,
  service: string,
  keys: readonly number[],
): ConfiguredStep[] {
  const row = world.serviceRow(service);
  const { caller, requestClass } = callerAsked(world, recorder, row);
  const endpointShares = endpointsAt(world, recorder, service, keys);
  const steps: ConfiguredStep[] = [];
  let textBefore = '';
  for (const change of recorder.changes) {
    const hasProxy = caller !== undefined && caller >= 0;
    // Who asked first may have come after the last change: what the manifests say holds for it all the same.
    const isLast = change === recorder.changes.at(-1);
    const view = hasProxy
      ? (change.configured[caller] ?? (isLast ? world.proxies.configured[caller] : undefined))
      : undefined;
    // Nobody asked yet: the first caller was not there.
    if (hasProxy && view === undefined) continue;
    const resolved = view?.resolve(requestClass!);
    const variant =
      resolved === undefined || resolved.variant < 0 ? undefined : world.tables.variants[resolved.variant]!;
    const step: ConfiguredStep = {
      atSeconds: seconds(change.atUs),
      shares: variant?.ruled === true ? sharesOf(variant, keys) : undefined,
      endpointShares: endpointShares(change.atUs),
      rule:
        variant?.rule ??
        (resolved === undefined
          ? 'no rule: the caller has no sidecar'
          : resolved.route === undefined
            ? 'no route: 404'
            : `${resolved.route.metadata.rule}: answered by the proxy with ${resolved.localStatus}`),
      ...(variant?.byPods === true
        ? { decidedBy: 'pods' as const }
        : variant === undefined && isOwned(resolved?.route)
          ? { decidedBy: 'proxy' as const }
          : {}),
    };
    // Another caller may follow a rule of its own: where that changes, other shares are asked of the service, too.
    const text = JSON.stringify([step.shares, step.rule, rulesText(world, change, row)]);
    if (text !== textBefore) steps.push(step);
    textBefore = text;
  }
  return steps;
}

/** It comes of somebody's rule. */
const isOwned = (route: Route | undefined): boolean => (route?.metadata.owner ?? null) !== null;

/** Who asked first; another kind of caller where what its rule says changes more often: the shift is told by whom it is for. */
function callerAsked(
  world: World,
  recorder: Recorder,
  service: number,
): { readonly caller: number | undefined; readonly requestClass: number | undefined } {
  const [most, next] = callerChanges(world, recorder, service);
  return most !== undefined && next !== undefined && most.changes > next.changes
    ? { caller: most.proxy, requestClass: most.requestClass }
    : { caller: recorder.firstCaller[service], requestClass: recorder.firstClass[service] };
}

/** Shares of the keys in the pods that are ready at a moment; none has any where no pod is. */
function endpointsAt(
  world: World,
  recorder: Recorder,
  service: string,
  keys: readonly number[],
): (atUs: number) => number[] {
  const spans = readySpans(recorder);
  const row = world.serviceRow(service);
  const pods = world.servicePods(service).flatMap((pod) => {
    const span = spans(pod);
    return span === undefined ? [] : [{ key: world.keyOfPod(row, pod), ...span }];
  });
  return (atUs) => {
    const ready = pods.filter(({ fromUs, toUs }) => fromUs <= atUs && atUs < toUs);
    return keys.map((key) =>
      ready.length === 0 ? 0 : ready.filter((own) => own.key === key).length / ready.length,
    );
  };
}

function windowsOf(
  world: World,
  recorder: Recorder,
  service: number,
  keys: readonly number[],
): SplitWindow[] {
  const windows: SplitWindow[] = [];
  const same = sharing();
  const latency = (window: number): SplitWindow['latency'][number][] =>
    keys.map((key) => {
      const found = recorder.latencies.of(window, key);
      if (found === undefined) return noLatency;
      return { p50: found.p50Us / 1000, p95: found.p95Us / 1000, p99: found.p99Us / 1000 };
    });
  let from = recorder.totals[0]!;
  recorder.marks.forEach((total, window) => {
    const to = recorder.totals[total]!;
    if (to.atUs > from.atUs) {
      const counts = countsBetween(world, service, keys, from, to);
      const { fromSeconds, toSeconds, requests, observed, errors, configured, effective } = counts;
      windows.push({
        fromSeconds,
        toSeconds,
        requests,
        observed: same(observed),
        errors: same(errors),
        configured: configured && same(configured),
        effective: effective && same(effective),
        latency: same(latency(window)),
      });
    }
    from = to;
  });
  return windows;
}

const noLatency: SplitWindow['latency'][number] = Object.freeze({ p50: 0, p95: 0, p99: 0 });

/** Of lists that say the same it gives the same one, if that was among the last few: thin windows are many, and mostly alike. */
function sharing(): <T>(list: readonly T[]) => readonly T[] {
  const few = 8;
  const recent: (readonly unknown[])[] = [];
  let next = 0;
  return <T>(list: readonly T[]) => {
    const known = recent.find(
      (own) => own.length === list.length && own.every((item, at) => item === list[at]),
    );
    if (known !== undefined) return known as readonly T[];
    recent[next] = list;
    next = (next + 1) % few;
    return list;
  };
}
