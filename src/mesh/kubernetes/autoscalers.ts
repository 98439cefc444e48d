import { refill } from '../../kernel/copies.ts';
import type { Stream } from '../../kernel/chance.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { HorizontalPodAutoscaler } from '../../manifest/resource.ts';
import { meansKind } from '../../manifest/scale-target.ts';
import { emptyHpaLogs, type HpaLogs } from './hpa/logs.ts';
import { failedGetScale, withCondition, type HpaCondition } from './hpa/conditions.ts';
import { hpaRule, type HpaOutput } from './hpa/hpa-rule.ts';
import type { ObservedPod, Samples } from './hpa/observed.ts';
import { hpaSpecOf } from './hpa-spec-of.ts';
import type { PodMetrics } from './pod-metrics.ts';
import type { Pod } from './pod.ts';
import type { KubernetesSettings } from './settings.ts';
import { isGateway, sidecarName, type LiveWorkload } from './pod-life.ts';
import type { Workloads } from './workloads.ts';
import { matches } from '../../manifest/labels.ts';

/** One sync of one autoscaler, for whoever listens. */
export interface Sync {
  readonly hpa: HorizontalPodAutoscaler;
  readonly name: string;
  readonly namespace: string;
  /** undefined: what it should scale is not there. */
  readonly workload: LiveWorkload | undefined;
  readonly before: number;
  readonly output: HpaOutput;
  /** Pods that the selector found, with what was known of them. */
  readonly pods: readonly ObservedPod[];
  /** Version label of each of them, or the name of its maker. */
  readonly versions: readonly string[];
  readonly samples: Samples;
}

interface Autoscaler {
  readonly hpa: HorizontalPodAutoscaler;
  logs: HpaLogs;
  conditions: readonly HpaCondition[];
  generation: number;
}

/**
 * Requests per second that a pod's sidecar has counted over the last minute, as a custom metrics adapter asks Prometheus;
 * undefined: it has not two samples of the pod, or the pod has no sidecar.
 */
export type RequestRate = (pod: number, nowUs: number) => number | undefined;

/**
 * The HorizontalPodAutoscaler controller: every 15 s, each autoscaler in its own phase, it gathers what the rule asks for,
 * asks it, and writes the answer. The rule itself is `hpaRule`.
 */
export class Autoscalers {
  readonly #simulation: Simulation;
  readonly #settings: KubernetesSettings;
  readonly #workloads: Workloads;
  readonly #metrics: PodMetrics;
  readonly #stream: (name: string) => Stream;
  readonly #requestRate: RequestRate;
  readonly #synced: (sync: Sync, nowUs: number) => void;
  readonly #kind: number;
  readonly #autoscalers: Autoscaler[] = [];
  readonly #phases = new Map<string, number>();

  constructor(
    simulation: Simulation,
    settings: KubernetesSettings,
    workloads: Workloads,
    metrics: PodMetrics,
    stream: (name: string) => Stream,
    requestRate: RequestRate,
    synced: (sync: Sync, nowUs: number) => void,
  ) {
    this.#simulation = simulation;
    this.#settings = settings;
    this.#workloads = workloads;
    this.#metrics = metrics;
    this.#stream = stream;
    this.#requestRate = requestRate;
    this.#synced = synced;
    this.#kind = simulation.kind('autoscaler syncs', (row, nowUs) => this.#onSync(row, nowUs));
  }

  /** A changed specification waits for its next sync and keeps its logs; a new one is queued at once, in its own phase. */
  apply(hpa: HorizontalPodAutoscaler, nowUs: number): void {
    const { name, namespace } = hpa.metadata;
    const known = this.#find(name, namespace);
    if (known >= 0) {
      this.#autoscalers[known] = { ...this.#autoscalers[known]!, hpa };
      return;
    }
    const key = `${namespace}/${name}`;
    let phase = this.#phases.get(key);
    if (phase === undefined) this.#phases.set(key, (phase = this.#stream(`autoscaler/${key}`).uniform()));
    const row = this.#autoscalers.push({ hpa, logs: emptyHpaLogs, conditions: [], generation: 0 }) - 1;
    this.#simulation.schedule(
      nowUs + Math.floor(phase * this.#settings.autoscaler.syncPeriodUs),
      this.#kind,
      row,
    );
  }

  remove(name: string, namespace: string): void {
    const row = this.#find(name, namespace);
    if (row >= 0) this.#autoscalers[row]!.generation = -1;
  }

  #find(name: string, namespace: string): number {
    return this.#autoscalers.findIndex(
      ({ hpa: { metadata }, generation }) =>
        generation >= 0 && metadata.name === name && metadata.namespace === namespace,
    );
  }

  #onSync(row: number, nowUs: number): void {
    const own = this.#autoscalers[row]!;
    if (own.generation < 0) return;
    const { scaleTargetRef } = own.hpa.spec;
    const { name, namespace } = own.hpa.metadata;
    const workload = this.#targetOf(own.hpa);
    if (workload === undefined) {
      const { apiVersion = '', kind, name: target } = scaleTargetRef;
      const error = `${[apiVersion, kind].filter(Boolean).join(' ')} "${target}" not found`;
      const condition = failedGetScale(error);
      own.conditions = withCondition(own.conditions, condition);
      const output: HpaOutput = {
        replicas: 0,
        reason: '',
        currentMetrics: [],
        conditions: own.conditions,
        events: [{ type: 'Warning', reason: condition.reason, message: error }],
        logs: own.logs,
        steps: [{ step: 'failure', text: condition.message }],
      };
      const nothing = { pods: [], versions: [], samples: {} };
      this.#synced({ hpa: own.hpa, name, namespace, workload, before: 0, output, ...nothing }, nowUs);
    } else {
      const rows = this.#podsOf(workload);
      const pods = rows.map((pod) => this.#observed(pod));
      const samples = this.#samples(own.hpa, rows, nowUs);
      const output = hpaRule({
        spec: hpaSpecOf(own.hpa),
        controller: this.#settings.autoscaler,
        namespace,
        currentReplicas: workload.replicas,
        statusReplicas: workload.sets.reduce((sum, set) => sum + set.pods.length, 0),
        ...selectorText(workload),
        controlledBy: this.#controllersOf(rows),
        pods,
        samples,
        logs: own.logs,
        conditions: own.conditions,
        nowUs,
      });
      own.logs = output.logs;
      own.conditions = output.conditions;
      const versions = rows.map((pod) => {
        const { labels, workload: maker } = this.#workloads.lives[pod]!.pod;
        return labels['version'] ?? maker;
      });
      const { hpa } = own;
      this.#synced(
        { hpa, name, namespace, workload, before: workload.replicas, output, pods, versions, samples },
        nowUs,
      );
      if (output.replicas !== workload.replicas) this.#workloads.scale(workload, output.replicas, nowUs);
    }
    this.#simulation.schedule(nowUs + this.#settings.autoscaler.syncPeriodUs, this.#kind, row);
  }

  /** Rows of the pods that a workload's selector finds, whoever made them, and the API still knows, deleted ones among them. */
  #podsOf(workload: LiveWorkload): number[] {
    return this.#workloads.lives.flatMap((life, row) =>
      life.phase !== 'Gone' && finds(workload, life.pod) ? [row] : [],
    );
  }

  #targetOf({ metadata, spec: { scaleTargetRef } }: HorizontalPodAutoscaler): LiveWorkload | undefined {
    const { name, kind } = scaleTargetRef;
    return meansKind(scaleTargetRef, kind) ? this.#workloads.find(name, metadata.namespace, kind) : undefined;
  }

  #controllersOf(rows: readonly number[]): { readonly name: string; readonly namespace: string }[] {
    return this.#autoscalers
      .filter(({ hpa, generation }) => {
        if (generation < 0) return false;
        const other = this.#targetOf(hpa);
        return other !== undefined && rows.some((row) => finds(other, this.#workloads.lives[row]!.pod));
      })
      .map(({ hpa: { metadata } }) => ({ name: metadata.name, namespace: metadata.namespace }));
  }

  #observed(row: number): ObservedPod {
    const life = this.#workloads.lives[row]!;
    const { containers, resources, initContainers, injectedProxy } = life.set.owner.spec.template;
    const withRequest = ({ cpuRequestMilli }: { readonly cpuRequestMilli?: number }) =>
      cpuRequestMilli === undefined ? {} : { requestMilli: { cpu: cpuRequestMilli } };
    // A gateway's proxy is a container of its template.
    const counted = !isGateway(life) && this.#workloads.containersOf(row).includes(sidecarName);
    return {
      name: life.pod.name,
      phase: life.phase === 'Gone' ? 'Failed' : life.phase,
      ...(Number.isNaN(life.deletedUs) ? {} : { deletionUs: life.deletedUs }),
      ...(Number.isNaN(life.startUs) ? {} : { startUs: life.startUs }),
      ...(Number.isNaN(life.startUs)
        ? {}
        : {
            ready: {
              status: life.ready ? ('True' as const) : ('False' as const),
              lastTransitionUs: Number.isNaN(life.readyChangedUs) ? life.startUs : life.readyChangedUs,
            },
          }),
      containers: [
        ...containers.map((own) => ({ name: own.name, ...withRequest(own.resources) })),
        ...(counted ? [{ name: sidecarName, ...withRequest(injectedProxy.resources) }] : []),
      ],
      sidecars: initContainers
        .filter((own) => own.isSidecar)
        .map((own) => ({ name: own.name, ...withRequest(own.resources) })),
      ...withRequest(resources),
    };
  }

  #nameOf(row: number): string {
    return this.#workloads.lives[row]!.pod.name;
  }

  #samples(hpa: HorizontalPodAutoscaler, rows: readonly number[], nowUs: number): Samples {
    const perPod = (value: (row: number) => number | undefined) =>
      rows.flatMap((row) => {
        const reading = value(row);
        return reading === undefined
          ? []
          : [{ pod: this.#nameOf(row), valueMilli: Math.round(reading * 1000) }];
      });
    const requests = perPod((row) => this.#requestRate(row, nowUs));
    const concurrency = perPod((row) => this.#metrics.inSystem(row));
    const total = requests.reduce((sum, own) => sum + own.valueMilli, 0);
    const inAll = concurrency.reduce((sum, own) => sum + own.valueMilli, 0);
    return {
      resource: this.#metrics.server.samplesOf(rows.map((row) => this.#nameOf(row))),
      pods: { requests_per_second: requests, concurrency },
      object: hpa.spec.metrics.flatMap((metric) => {
        const valueMilli =
          metric.type !== 'Object'
            ? undefined
            : { requests_per_second: total, concurrency: inAll }[metric.metric];
        if (metric.type !== 'Object' || valueMilli === undefined) return [];
        const { kind, name } = metric.describedObject;
        return [{ kind, name, metric: metric.metric, valueMilli }];
      }),
      external: { requests_per_second: [total], concurrency: [inAll] },
    };
  }

  copyFrom(other: Autoscalers): void {
    refill(
      this.#autoscalers,
      other.#autoscalers.map((own) => ({ ...own })),
    );
    for (const [key, phase] of other.#phases) {
      if (!this.#phases.has(key)) this.#stream(`autoscaler/${key}`);
      this.#phases.set(key, phase);
    }
  }
}

const finds = ({ namespace, selector }: LiveWorkload, pod: Pod): boolean =>
  pod.namespace === namespace && matches(selector, pod.labels);

/** As labels.Selector prints it: "app=web,version=v1". */
function selectorText({ selector }: LiveWorkload): { readonly selector?: string } {
  const pairs = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? {} : { selector: pairs.sort().join(',') };
}
