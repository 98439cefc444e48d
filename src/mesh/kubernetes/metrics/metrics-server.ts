import { mapped, refill } from '../../../kernel/copies.ts';
import type { PodResourceSample } from '../hpa/observed.ts';
import { storePoint, usageMilliOf, type CpuPoint, type CpuPoints } from './cpu-point.ts';

export interface MetricsServerSettings {
  /**
   * The distance of scrapes. The released manifests set 15 s, the flag's own default is 60 s; below 10 s it does not start.
   */
  readonly resolutionUs: number;
}

export const metricsServerDefaults: MetricsServerSettings = { resolutionUs: 15_000_000 };

interface ContainerState {
  readonly startUs: number;
  /** What the kubelet would serve now; undefined until the first housekeeping of this life. */
  readonly kubelet: CpuPoint | undefined;
  readonly points: CpuPoints | undefined;
}

/**
 * From a container's CPU counter to what an autoscaler may read, with every delay in between:
 *
 *   counter --housekeeping, each container in its own phase--> kubelet --scrape, all at once--> last two points --> sample
 *
 * So a sample is the mean over the time between two housekeepings, and it was old when it was scraped. Who calls decides
 * when things happen; nothing here has a clock.
 *
 * Simplifications: every scrape reaches every node, and all are scraped at one instant (Kubernetes spreads them over the
 * first seconds of a period); a pod with a container that the kubelet has not read yet is hidden altogether.
 */
export class MetricsServer {
  readonly settings: MetricsServerSettings;
  /** By pod and container. */
  readonly #pods: Map<string, Map<string, ContainerState>>;

  constructor(settings: MetricsServerSettings = metricsServerDefaults) {
    this.settings = settings;
    this.#pods = new Map();
  }

  /** A container began to run, for the first time or again. All containers of a pod are told before its first scrape. */
  containerStarted(pod: string, container: string, atUs: number): void {
    const containers = this.#pods.get(pod) ?? new Map<string, ContainerState>();
    this.#pods.set(pod, containers);
    const points = containers.get(container)?.points;
    containers.set(container, { startUs: atUs, kubelet: undefined, points });
  }

  /** A container does not run any more: the kubelet has nothing to serve of it, and what was stored is dropped. */
  containerStopped(pod: string, container: string): void {
    this.#pods.get(pod)?.delete(container);
  }

  /** The pod is gone, and with it its samples. */
  podRemoved(pod: string): void {
    this.#pods.delete(pod);
  }

  /** cAdvisor reads the container's counter: CPU time since the container's start. */
  housekeeping(pod: string, container: string, cumulativeCpuUs: number, atUs: number): void {
    const containers = this.#pods.get(pod);
    const state = containers?.get(container);
    if (containers === undefined || state === undefined) {
      throw new Error(`housekeeping of container ${container} of pod ${pod}, which was never started`);
    }
    const kubelet: CpuPoint = { cumulativeCpuUs, atUs, startUs: state.startUs };
    containers.set(container, { ...state, kubelet });
  }

  /** All kubelets are asked at once. */
  scrape(): void {
    for (const containers of this.#pods.values()) {
      for (const [container, state] of containers) {
        const points =
          state.kubelet === undefined
            ? undefined
            : storePoint(state.points, state.kubelet, this.settings.resolutionUs);
        containers.set(container, { ...state, points });
      }
    }
  }

  /**
   * Usage of each container, with the timestamp and window of the container whose point is the earliest. Undefined as long
   * as one container lacks two points: to the HPA the pod is missing.
   * Source: kubernetes-sigs/metrics-server pkg/storage/pod.go (GetMetrics).
   */
  sampleOf(pod: string): PodResourceSample | undefined {
    const containers: { readonly name: string; readonly usageMilli: { readonly cpu: number } }[] = [];
    let timestampUs = Infinity;
    let windowUs = 0;
    for (const [name, { points }] of this.#pods.get(pod) ?? []) {
      if (points?.previous === undefined) return undefined;
      const { last, previous } = points;
      const cpu = usageMilliOf(previous, last);
      if (cpu === undefined) continue;
      containers.push({ name, usageMilli: { cpu } });
      if (last.atUs < timestampUs) {
        timestampUs = last.atUs;
        windowUs = last.atUs - previous.atUs;
      }
    }
    return containers.length === 0 ? undefined : { pod, timestampUs, windowUs, containers };
  }

  /** Samples of those of the pods that have one, as `hpaRule` takes them. */
  samplesOf(pods: Iterable<string>): PodResourceSample[] {
    const samples: PodResourceSample[] = [];
    for (const pod of pods) {
      const sample = this.sampleOf(pod);
      if (sample !== undefined) samples.push(sample);
    }
    return samples;
  }

  copyFrom(other: MetricsServer): void {
    refill(
      this.#pods,
      mapped(other.#pods, (containers) => new Map(containers)),
    );
  }
}
