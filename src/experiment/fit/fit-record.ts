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
  const numbers: FittedNumber[] = [];
  const add = (about: string, what: string, unit: string, own: Estimate | undefined, scale = 1): void => {
    if (own === undefined || !Number.isFinite(own.value)) return;
    numbers.push({
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
  };
  const say = (about: string, what: string, text: string, n: number, source: string): void => {
    numbers.push({ about, what, unit: '', value: null, low: null, high: null, text, n, source });
  };
  for (const { service, method, template, client, profile, process, source } of system.entries) {
    const about = `arrivals at ${service} (${method} ${template})`;
    say(about, 'from', client === '' ? 'visitors' : client, process?.n ?? 0, source);
    if (profile?.shape === 'ramp') say(about, 'shape', 'linear between these rates', process?.n ?? 0, source);
    profile?.points.forEach(({ atSeconds, rps, low, high }) =>
      add(about, `rate from ${Math.round(atSeconds)} s`, '/s', {
        value: rps,
        low,
        high,
        n: process?.n ?? 0,
        source,
      }),
    );
    if (process !== undefined) say(about, 'process', process.kind, process.n, source);
  }
  for (const { name, traced, logged, metered, cpu } of system.workloads) {
    const from = system.graphFrom === 'logs' ? 'logs' : 'traces';
    if (traced?.own !== undefined) {
      add(name, 'own time p50', 'ms', traced.own.p50);
      add(name, 'own time p99', 'ms', traced.own.p99);
      add(name, 'own time mean', 'ms', traced.own.mean);
      say(name, 'calls', scriptText(traced.script), traced.script.n, from);
    }
    const counted = system.meteredEdges.filter((edge) => edge.from === name);
    if (traced?.own === undefined && counted.length > 0 && metered !== undefined) {
      const text = counted.map(({ to, requests }) => `${to} ${(requests / metered.requests).toFixed(2)}`);
      say(name, 'calls of a request', text.join(', '), metered.requests, 'Prometheus');
    }
    if (cpu !== undefined) {
      add(name, 'CPU of a request', 'ms', cpu.perRequestMs);
      add(name, 'CPU of an idle pod', 'm', cpu.idleMilli);
    }
    if (logged !== undefined) {
      const { workers, seenAtOnce, requests } = logged.workers;
      say(
        name,
        'workers of a pod',
        workers === null ? `no limit seen up to ${seenAtOnce} at once` : String(workers),
        requests,
        'inbound logs',
      );
      if (workers !== null) add(name, 'wait for a worker, mean', 'ms', logged.waitMs);
    }
    const failures = logged?.failures.share ?? metered?.failed ?? traced?.failed;
    add(name, 'errors', '%', failures, 100);
  }
  for (const { service, versions, phases } of system.splits) {
    const about = `split of ${service}`;
    for (const { fromSeconds, shares, propagation } of phases) {
      versions.forEach((version, at) =>
        add(about, `${version} from ${Math.round(fromSeconds)} s`, '%', shares[at], 100),
      );
      for (const { pod, seconds, low, high, n } of propagation) {
        if (seconds === null) say(about, `${pod} heeds it`, 'the calls do not tell when', n, 'its log');
        else
          add(about, `${pod} heeds it after (99 %)`, 's', {
            value: seconds,
            low,
            high,
            n,
            source: 'its log',
          });
      }
    }
  }
  const { hop, clocks } = system.traces;
  if (hop !== undefined) {
    const { n, source } = hop.meanMs;
    const unbounded = { low: Number.NaN, high: Number.NaN, n, source };
    add('proxies', 'hop, one way, mean', 'ms', hop.meanMs);
    add('proxies', 'hop, one way, p50', 'ms', { value: hop.p50Ms, ...unbounded });
    add('proxies', 'hop, one way, p99', 'ms', { value: hop.p99Ms, ...unbounded });
  }
  // Of whole milliseconds nothing is left that is finer than one.
  if (clocks !== undefined && system.graphFrom === 'traces') {
    for (const [node, offset] of [...clocks.offsetsMs].sort(([one], [other]) => (one < other ? -1 : 1)))
      add(`clock of ${node}`, 'ahead of the mean of all', 'ms', {
        value: offset,
        low: Number.NaN,
        high: Number.NaN,
        n: clocks.n,
        source: 'traces',
      });
  }
  if (system.sidecar !== undefined) {
    add('proxies', 'CPU of a pass', 'ms', system.sidecar.perRequestMs);
    add('proxies', 'CPU of an idle sidecar', 'm', system.sidecar.idleMilli);
  }
  for (const { service, extraTries, calls, after, mostTries } of system.logs.tries)
    if (extraTries > 0)
      say(
        `tries of ${service}`,
        'by sidecars',
        `${extraTries} more than the ${calls} calls, after ${after.map(({ status }) => (status === 0 ? 'no answer' : status)).join(', ')}; at most ${mostTries} of a call`,
        calls,
        'logs of both sides',
      );
  return numbers;
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
