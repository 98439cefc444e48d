import { formatIsoTime } from '../../accesslog/iso-time.ts';
import type { Estimate } from '../../fit/estimate.ts';
import type { FittedScript } from '../../fit/traces/script.ts';
import type { FitRecord, FittedNumber } from '../../record/fit.ts';
import { fitFormat } from '../../record/format.ts';
import { version } from '../version.ts';
import type { FittedSystem } from './fit-system.ts';
import type { Validated } from './validate-fit.ts';

/** All that was found, as plain data. */
export function fitRecord(
  system: FittedSystem,
  validated: Validated | undefined,
  about: Pick<FitRecord, 'name' | 'sources' | 'assumed' | 'command'>,
): FitRecord {
  return {
    format: fitFormat,
    version,
    name: about.name,
    from: formatIsoTime(system.fromMs * 1000),
    to: formatIsoTime(system.toMs * 1000),
    sources: about.sources,
    numbers: numbersOf(system),
    validation: validated?.validation ?? null,
    unplayed: validated?.unplayed ?? null,
    unknown: system.unknown,
    assumed: about.assumed,
    command: about.command,
  };
}

function numbersOf(system: FittedSystem): FittedNumber[] {
  const list = new NumberList();
  for (const own of system.entries) noteArrivals(list, own);
  for (const own of system.workloads) noteWorkload(list, own, system);
  for (const own of system.splits) noteSplit(list, own);
  noteProxies(list, system);
  for (const own of system.logs.tries) noteTries(list, own);
  return list.numbers;
}

/** What was found, line by line. */
class NumberList {
  readonly numbers: FittedNumber[] = [];

  /** Nothing where nothing tells it. @param scale from the estimate to the unit. */
  add(about: string, what: string, unit: string, own: Estimate | undefined, scale = 1): void {
    if (own === undefined || !Number.isFinite(own.value)) return;
    this.numbers.push({
      about,
      what,
      unit,
      value: own.value * scale,
      low: finite(own.low * scale),
      high: finite(own.high * scale),
      text: null,
      n: own.n,
      source: own.source,
    });
  }

  /** What is no number. */
  say(about: string, what: string, text: string, n: number, source: string): void {
    this.numbers.push({ about, what, unit: '', value: null, low: null, high: null, text, n, source });
  }
}

function noteArrivals(
  list: NumberList,
  { service, method, template, client, profile, process, source }: FittedSystem['entries'][number],
): void {
  const about = `arrivals at ${service} (${method} ${template})`;
  const n = process?.n ?? 0;
  list.say(about, 'from', client === '' ? 'visitors' : client, n, source);
  if (profile?.shape === 'ramp') list.say(about, 'shape', 'linear between these rates', n, source);
  for (const { atSeconds, rps, low, high } of profile?.points ?? [])
    list.add(about, `rate from ${Math.round(atSeconds)} s`, '/s', { value: rps, low, high, n, source });
  if (process !== undefined) list.say(about, 'process', process.kind, n, source);
}

function noteWorkload(
  list: NumberList,
  { name, traced, logged, metered, cpu }: FittedSystem['workloads'][number],
  { graphFrom, meteredEdges }: FittedSystem,
): void {
  if (traced?.own !== undefined) {
    list.add(name, 'own time p50', 'ms', traced.own.p50);
    list.add(name, 'own time p99', 'ms', traced.own.p99);
    list.add(name, 'own time mean', 'ms', traced.own.mean);
    const from = graphFrom === 'logs' ? 'logs' : 'traces';
    list.say(name, 'calls', scriptText(traced.script), traced.script.n, from);
  }
  const counted = meteredEdges.filter((edge) => edge.from === name);
  if (traced?.own === undefined && counted.length > 0 && metered !== undefined) {
    const text = counted.map(({ to, requests }) => `${to} ${(requests / metered.requests).toFixed(2)}`);
    list.say(name, 'calls of a request', text.join(', '), metered.requests, 'Prometheus');
  }
  list.add(name, 'CPU of a request', 'ms', cpu?.perRequestMs);
  list.add(name, 'CPU of an idle pod', 'm', cpu?.idleMilli);
  if (logged !== undefined) {
    const { workers, seenAtOnce, requests } = logged.workers;
    const text = workers === null ? `no limit seen up to ${seenAtOnce} at once` : String(workers);
    list.say(name, 'workers of a pod', text, requests, 'inbound logs');
    if (workers !== null) list.add(name, 'wait for a worker, mean', 'ms', logged.waitMs);
  }
  list.add(name, 'errors', '%', logged?.failures.share ?? metered?.failed ?? traced?.failed, 100);
}

function noteSplit(list: NumberList, { service, versions, phases }: FittedSystem['splits'][number]): void {
  const about = `split of ${service}`;
  const source = 'its log';
  for (const { fromSeconds, shares, propagation } of phases) {
    for (const [at, version] of versions.entries())
      list.add(about, `${version} from ${Math.round(fromSeconds)} s`, '%', shares[at], 100);
    for (const { pod, seconds, low, high, n } of propagation) {
      if (seconds === null) list.say(about, `${pod} heeds it`, 'the calls do not tell when', n, source);
      else list.add(about, `${pod} heeds it after (99 %)`, 's', { value: seconds, low, high, n, source });
    }
  }
}

function noteProxies(list: NumberList, { traces, graphFrom, sidecar }: FittedSystem): void {
  const { hop, clocks } = traces;
  const unbounded = { low: Number.NaN, high: Number.NaN };
  if (hop !== undefined) {
    const { n, source } = hop.meanMs;
    list.add('proxies', 'hop, one way, mean', 'ms', hop.meanMs);
    list.add('proxies', 'hop, one way, p50', 'ms', { value: hop.p50Ms, ...unbounded, n, source });
    list.add('proxies', 'hop, one way, p99', 'ms', { value: hop.p99Ms, ...unbounded, n, source });
  }
  // Of whole milliseconds nothing is left that is finer than one.
  if (clocks !== undefined && graphFrom === 'traces') {
    const { n } = clocks;
    for (const [node, value] of [...clocks.offsetsMs].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const ahead = { value, ...unbounded, n, source: 'traces' };
      list.add(`clock of ${node}`, 'ahead of the mean of all', 'ms', ahead);
    }
  }
  list.add('proxies', 'CPU of a pass', 'ms', sidecar?.perRequestMs);
  list.add('proxies', 'CPU of an idle sidecar', 'm', sidecar?.idleMilli);
}

function noteTries(
  list: NumberList,
  { service, extraTries, calls, after, mostTries }: FittedSystem['logs']['tries'][number],
): void {
  if (extraTries <= 0) return;
  const statuses = after.map(({ status }) => (status === 0 ? 'no answer' : status)).join(', ');
  const text = `${extraTries} more than the ${calls} calls, after ${statuses}; at most ${mostTries} of a call`;
  list.say(`tries of ${service}`, 'by sidecars', text, calls, 'logs of both sides');
}

/** catalog, catalog, [cart | pricing], mailer (not awaited) */
function scriptText({ steps }: FittedScript): string {
  const one = (call: Extract<FittedScript['steps'][number], { kind: 'call' }>['call']): string => {
    const share = call.probability.value < 0.995 ? ` in ${Math.round(call.probability.value * 100)} %` : '';
    return `${call.host}${share}${call.awaits ? '' : ' (not awaited)'}`;
  };
  const calls = steps.flatMap((step) =>
    step.kind === 'call'
      ? [one(step.call)]
      : step.kind === 'together'
        ? [`[${step.calls.map(one).join(' | ')}]`]
        : [],
  );
  return calls.length === 0 ? 'none' : calls.join(', ');
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
