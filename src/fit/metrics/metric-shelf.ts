import type { Series } from '../../accesslog/series.ts';
import { shareEstimate, type Estimate } from '../estimate.ts';
import type { Names } from '../names.ts';
import { Counter } from './counter.ts';
import { cpuOf, type CpuFound, type PodUse } from './cpu-law.ts';

type Labels = Readonly<Record<string, string>>;

const cpuName = 'container_cpu_usage_seconds_total';
const throttledName = 'container_cpu_cfs_throttled_periods_total';
const requestsName = 'istio_requests_total';
const proxyContainer = 'istio-proxy';
const bothReporters = ['destination', 'source'];

/** Requests of a workload by its own counters. */
export interface MeteredWorkload {
  readonly workload: string;
  readonly requests: number;
  /** Answers of 500 and above. */
  readonly failed: Estimate;
  readonly statuses: readonly { readonly status: number; readonly share: Estimate }[];
}

export interface MeteredEdge {
  readonly from: string;
  readonly to: string;
  readonly requests: number;
}

/** Series of Prometheus, however many files told them. */
export class MetricShelf {
  readonly #series = new Map<string, Series[]>();

  add(series: readonly Series[], names: Names): void {
    for (const own of series) {
      const name = own.labels['__name__'] ?? nameByLabels(own.labels);
      if (name === 'kube_pod_info') names.readPodInfo(own.labels);
      const pod = podOf(own.labels, names);
      if (pod !== '')
        names.see({
          pod,
          namespace: own.labels['namespace'],
          node: own.labels['node'],
          ...hintOf(name, own.labels),
        });
      const known = this.#series.get(name);
      if (known === undefined) this.#series.set(name, [own]);
      else known.push(own);
    }
  }

  /** Names of the metrics that were given. */
  get metrics(): readonly string[] {
    return [...this.#series.keys()].sort();
  }

  /** First and last reading, in seconds since 1970; undefined without any. */
  get span(): { readonly from: number; readonly to: number } | undefined {
    let [from, to] = [Infinity, -Infinity];
    for (const series of this.#series.values()) {
      for (const { times } of series) {
        if (times.length === 0 || !Number.isFinite(times[0])) continue;
        from = Math.min(from, times[0]!);
        to = Math.max(to, times.at(-1)!);
      }
    }
    return from < to ? { from, to } : undefined;
  }

  /** The same series from one moment up to another (seconds since 1970). */
  within(from: number, to: number): MetricShelf {
    const cut = new MetricShelf();
    for (const [name, series] of this.#series) {
      cut.#series.set(
        name,
        series.flatMap(({ labels, times, values }) => {
          const keep = Array.from(times, (_, at) => at).filter(
            (at) => times[at]! >= from && times[at]! <= to,
          );
          return keep.length === 0
            ? []
            : [
                {
                  labels,
                  times: Float64Array.from(keep, (at) => times[at]!),
                  values: Float64Array.from(keep, (at) => values[at]!),
                },
              ];
        }),
      );
    }
    return cut;
  }

  /** CPU of the applications of a workload's pods, per request and when idle. */
  appCpu(
    workload: string,
    names: Names,
    logged: (pod: string) => ((time: number) => number) | undefined = () => undefined,
  ): CpuFound | undefined {
    const pods = this.#podsWithCpu(names).filter((pod) => names.pod(pod).workload === workload);
    const uses = pods.flatMap((pod) => {
      const cpu = this.#appCounter(pod, names);
      const requests = this.#requests(pod, ['destination'], names);
      const beside = {
        cpu: this.#proxyCounter(pod, names),
        requests: this.#requests(pod, bothReporters, names),
      };
      return this.#use(pod, cpu, requests, logged(pod), names, beside);
    });
    return cpuOf(uses, 'Prometheus');
  }

  /** CPU of the sidecars beside applications, per pass (in or out) and when idle. */
  sidecarCpu(
    names: Names,
    logged: (pod: string) => ((time: number) => number) | undefined = () => undefined,
  ): CpuFound | undefined {
    const pods = this.#podsWithCpu(names);
    const besides = pods.filter((pod) => this.#appCounter(pod, names) !== undefined);
    const uses = (besides.length > 0 ? besides : pods).flatMap((pod) => {
      const cpu = this.#proxyCounter(pod, names);
      const passes = this.#requests(pod, bothReporters, names);
      return this.#use(pod, cpu, passes, logged(pod), names);
    });
    return cpuOf(uses, 'Prometheus');
  }

  /** Cores of the applications of a workload's pods together, from one moment to another; NaN where nothing tells. */
  cores(workload: string, from: number, to: number, names: Names): number {
    const used = this.#podsWithCpu(names)
      .filter((pod) => names.pod(pod).workload === workload)
      .flatMap((pod) => {
        const cpu = this.#appCounter(pod, names);
        if (cpu === undefined || cpu.times.length < 2) return [];
        const [begin, end] = [Math.max(from, cpu.times[0]!), Math.min(to, cpu.times.at(-1)!)];
        return end > begin ? [(cpu.at(end) - cpu.at(begin)) / (end - begin)] : [];
      });
    return used.length === 0 ? Number.NaN : used.reduce((sum, own) => sum + own, 0);
  }

  /** Workloads that counted requests themselves. */
  workloads(): readonly MeteredWorkload[] {
    const found = this.#named(requestsName).filter(({ labels }) => labels['reporter'] !== 'source');
    const names = [...new Set(found.map(({ labels }) => labels['destination_workload'] ?? ''))].filter(
      (name) => name !== '' && name !== 'unknown',
    );
    return names.sort().map((workload) => {
      const own = found.filter(({ labels }) => labels['destination_workload'] === workload);
      const counts = new Map<number, number>();
      for (const [, series] of grouped(own, ({ labels }) => labels['pod'] ?? labels['instance'] ?? '')) {
        for (const [code, part] of grouped(series, ({ labels }) => labels['response_code'] ?? '')) {
          const begun = beginOf(series);
          const grown = grownBy(part, begun);
          counts.set(Number(code), (counts.get(Number(code)) ?? 0) + grown);
        }
      }
      const whole = new Map([...counts].map(([status, count]) => [status, Math.round(count)]));
      const requests = [...whole.values()].reduce((sum, count) => sum + count, 0);
      const failed = [...whole].filter(([status]) => status >= 500);
      return {
        workload,
        requests,
        failed: shareEstimate(
          failed.reduce((sum, [, count]) => sum + count, 0),
          requests,
          'Prometheus',
        ),
        statuses: failed
          .filter(([, count]) => count > 0)
          .map(([status, count]) => ({ status, share: shareEstimate(count, requests, 'Prometheus') })),
      };
    });
  }

  /**
   * Requests for a Service's pods, in seconds since `from`: as many as its counters grew by between readings, spread evenly over the
   * time between them.
   */
  arrivals(service: string, from: number, to: number): readonly number[] {
    const own = this.#named(requestsName).filter(
      ({ labels }) =>
        labels['reporter'] !== 'source' &&
        [labels['destination_service_name'], labels['destination_canonical_service']].includes(service),
    );
    const times: number[] = [];
    const begun = beginOf(this.#named(requestsName));
    for (const [, series] of grouped(own, ({ labels }) => labels['pod'] ?? labels['instance'] ?? '')) {
      const counter = new Counter(series, begun);
      for (let at = 1; at < counter.times.length; at += 1) {
        const [before, now] = [counter.times[at - 1]!, counter.times[at]!];
        const count = Math.round(counter.grown[at]!) - Math.round(counter.grown[at - 1]!);
        for (let each = 0; each < count; each += 1) {
          const time = before + ((each + 0.5) / count) * (now - before);
          if (time >= from && time < to) times.push(time - from);
        }
      }
    }
    return times.sort((a, b) => a - b);
  }

  /** Who called whom, as the callers counted it, else those who were called. */
  edges(): readonly MeteredEdge[] {
    const all = this.#named(requestsName);
    const own = all.filter(({ labels }) => labels['reporter'] === 'source');
    const told = own.length > 0 ? own : all;
    return [
      ...grouped(
        told,
        ({ labels }) => `${labels['source_workload'] ?? ''} ${labels['destination_workload'] ?? ''}`,
      ),
    ]
      .map(([key, series]) => {
        const [from = '', to = ''] = key.split(' ');
        let requests = 0;
        for (const [, part] of grouped(series, ({ labels }) => labels['pod'] ?? labels['instance'] ?? ''))
          requests += grownBy(part, beginOf(all.filter(({ labels }) => samePod(labels, part[0]!.labels))));
        return { from, to, requests: Math.round(requests) };
      })
      .filter(({ from, to }) => from !== '' && to !== '');
  }

  #named(name: string): readonly Series[] {
    return this.#series.get(name) ?? [];
  }

  #podsWithCpu(names: Names): readonly string[] {
    return [...new Set(this.#named(cpuName).map(({ labels }) => podOf(labels, names)))]
      .filter((pod) => pod !== '')
      .sort();
  }

  #counter(name: string, wanted: (labels: Labels) => boolean): Counter | undefined {
    const own = this.#named(name).filter(({ labels }) => wanted(labels));
    return own.length === 0 ? undefined : new Counter(own);
  }

  /** Of the containers beside the proxy; where only the pod's sum is told, that less the proxy's. */
  #appCounter(pod: string, names: Names): Counter | undefined {
    const own = this.#named(cpuName).filter(({ labels }) => isOf(labels, pod, names));
    const containers = own.filter(
      ({ labels }) => !['', 'POD', proxyContainer].includes(labels['container'] ?? ''),
    );
    return containers.length === 0 ? undefined : new Counter(containers);
  }

  #proxyCounter(pod: string, names: Names): Counter | undefined {
    return this.#counter(cpuName, (own) => isOf(own, pod, names) && own['container'] === proxyContainer);
  }

  #requests(pod: string, reporters: readonly string[], names: Names): Counter | undefined {
    const all = this.#named(requestsName).filter(({ labels }) => isOf(labels, pod, names));
    const own = all.filter(({ labels }) => reporters.includes(labels['reporter'] ?? 'destination'));
    if (own.length === 0) return undefined;
    // All series of the proxy say since when it was read.
    return new Counter(
      [...own, ...all.filter((each) => !own.includes(each)).map(silenced)],
      beginOf(this.#named(requestsName)),
    );
  }

  #use(
    pod: string,
    cpu: Counter | undefined,
    requests: Counter | undefined,
    logged: ((time: number) => number) | undefined,
    names: Names,
    beside?: { readonly cpu: Counter | undefined; readonly requests: Counter | undefined },
  ): readonly PodUse[] {
    if (cpu === undefined || (requests === undefined && logged === undefined)) return [];
    const throttled = this.#counter(throttledName, (own) => isOf(own, pod, names));
    return [
      {
        pod,
        cpu,
        requestsUntil: requests === undefined ? logged! : (time) => requests.at(time),
        isBad: (from, to) =>
          isBroken(requests, from, to) ||
          (throttled !== undefined && throttled.at(to) - throttled.at(from) > 0),
        ...(beside?.cpu === undefined || beside.requests === undefined
          ? {}
          : {
              beside: {
                pod,
                cpu: beside.cpu,
                requestsUntil: (time: number) => beside.requests!.at(time),
                isBad: (from: number, to: number) => isBroken(beside.requests, from, to),
              },
            }),
      },
    ];
  }
}

const isBroken = (counter: Counter | undefined, from: number, to: number): boolean =>
  counter !== undefined && (counter.hasGap(from, to) || counter.wasReset(from, to));

const silenced = ({ labels, times, values }: Series): Series => ({
  labels,
  times,
  values: values.map(() => 0),
});

const beginOf = (series: readonly Series[]): number =>
  Math.min(...series.map(({ times }) => times[0] ?? Infinity));

/** What the series counted: those that begin after the process was first read began at 0. */
function grownBy(series: readonly Series[], begun: number): number {
  return series.reduce((sum, own) => {
    const counter = new Counter([own]);
    const first = own.times[0] !== undefined && own.times[0] > begun ? own.values[0]! : 0;
    return sum + (counter.grown.at(-1) ?? 0) + first;
  }, 0);
}

const samePod = (one: Labels, other: Labels): boolean =>
  (one['pod'] ?? one['instance']) === (other['pod'] ?? other['instance']);

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [item]);
    else own.push(item);
  }
  return groups;
}

/** The pod whose process a series counts: by its label, else by the address that was scraped. */
function podOf(labels: Labels, names: Names): string {
  const told = labels['pod'] ?? labels['pod_name'] ?? labels['kubernetes_pod_name'];
  if (told !== undefined && told !== '') return told;
  const address = (labels['instance'] ?? '').replace(/:\d+$/, '');
  return names.podAt(address) ?? '';
}

const isOf = (labels: Labels, pod: string, names: Names): boolean => podOf(labels, names) === pod;

/** What a proxy's own counters say of who it is. */
function hintOf(name: string, labels: Labels): { workload?: string; service?: string; version?: string } {
  if (!name.startsWith('istio_')) return {};
  const side = labels['reporter'] === 'source' ? 'source' : 'destination';
  const of = (what: string): string | undefined => {
    const value = labels[`${side}_${what}`];
    return value === undefined || value === 'unknown' ? undefined : value;
  };
  return Object.fromEntries(
    Object.entries({
      workload: of('workload'),
      service: of('canonical_service'),
      version: of('canonical_revision') ?? of('version'),
    }).filter(([, value]) => value !== undefined),
  );
}

/** A query may lose the metric's name (`rate`, `sum by`); its labels still tell requests from CPU. */
const nameByLabels = (labels: Labels): string =>
  'response_code' in labels && !('le' in labels) ? requestsName : 'container' in labels ? cpuName : '';
