import type { Distribution } from '../../kernel/distribution.ts';
import type { NodeSettings } from './node.ts';
import { hpaControllerDefaults, type HpaControllerSettings } from './hpa/spec.ts';

/**
 * How long a pod takes from the wish for it to its first request, and what the mesh has room for. Times in microseconds.
 *
 *   wish -> created -> [room?] -> scheduled -> [pull] -> containers run -> application serves -> Ready -> endpoint written
 *                                                                                               -> istiod ..., kube-proxy
 */
export interface KubernetesSettings {
  /** A controller's call of the API that creates one batch of pods. */
  readonly create: Distribution;
  readonly schedule: Distribution;
  /** Of the images; 0 where the node has them. */
  readonly pull: Distribution;
  /** Sandbox, init containers and the sidecar, until the application's container runs. */
  readonly start: Distribution;
  /** A change of readiness until the EndpointSlice says so. */
  readonly endpoint: Distribution;
  /** From there to the rules of the nodes (kube-proxy syncs at most once a second). */
  readonly kubeProxy: Distribution;
  /** CPU requests that the nodes can hold together, in millicores; Infinity: always room. */
  readonly cpuMilli: number;
  /** Empty: nobody says what nodes there are, and there is room for all. */
  readonly nodes: readonly NodeSettings[];
  /** metrics-server's scrapes. */
  readonly scrapeUs: number;
  readonly autoscaler: HpaControllerSettings;
  /** False: autoscalers see pods without their sidecar's CPU, neither asked for nor used. */
  readonly countsSidecars: boolean;
}

const ms = 1000;

/**
 * Warm start with the image at hand (see the README of the scenarios for sources): create 0.05-0.5 s, schedule 0.05-0.2 s,
 * containers 1-3 s, endpoint below 1 s, kube-proxy up to 1 s.
 */
export const kubernetesDefaults: KubernetesSettings = {
  create: { dist: 'uniform', min: 50 * ms, max: 500 * ms },
  schedule: { dist: 'uniform', min: 50 * ms, max: 200 * ms },
  pull: { dist: 'constant', value: 0 },
  start: { dist: 'uniform', min: 1000 * ms, max: 3000 * ms },
  endpoint: { dist: 'lognormal', p50: 100 * ms, p99: 1000 * ms },
  kubeProxy: { dist: 'uniform', min: 0, max: 1000 * ms },
  cpuMilli: Infinity,
  nodes: [],
  scrapeUs: 15_000 * ms,
  autoscaler: hpaControllerDefaults,
  countsSidecars: true,
};
