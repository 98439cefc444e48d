import type { Distribution } from '../kernel/distribution.ts';
import type { Resource } from '../manifest/resource.ts';
import { serviceNames } from '../manifest/service-names.ts';
import type { App } from './app/app.ts';
import type { Traffic } from './app/traffic/index.ts';
import type { Budget } from './budget.ts';
import type { ProxySettings } from './envoy/proxies.ts';
import type { ControlPlane } from './istiod/control-plane.ts';
import { entranceOf } from './istiod/entrance.ts';
import { deployedFor } from './istiod/gateway-deployment.ts';
import { countsUnready } from './istiod/locality-setting.ts';
import { outsideOf } from './kubernetes/outside.ts';
import type { KubernetesSettings } from './kubernetes/settings.ts';
import { versionsOf } from './telemetry/split-key.ts';
import type { TimelineAction } from './timeline/index.ts';

/** What is to be played, checked. Times in microseconds. */
export interface Played {
  readonly seed: string;
  readonly app: App;
  /** In force, and known to every proxy, when the run begins. */
  readonly manifests: readonly Resource[];
  readonly timeline: readonly ({ readonly atUs: number } & TimelineAction)[];
  readonly traffic: readonly Traffic[];
  readonly controlPlane: ControlPlane;
  readonly kubernetes: KubernetesSettings;
  readonly proxy: ProxySettings;
  /** Both proxies and the network between them, one way. */
  readonly hop: Distribution;
  /** TCP and TLS of a new connection, where connections are counted. */
  readonly handshake: Distribution;
  /** Service whose split the pages are asked for. */
  readonly focus: string;
  /** Past it the run ends. */
  readonly budget: Budget;
}

/** Everything that one run depends on. */
export interface WorldSettings extends Played {
  /** Somebody reads what the proxies count, when the run is over; absent: yes. Autoscalers may read it all the same. */
  readonly metersAreRead?: boolean;
  /**
   * When the world begins; absent: at 0. Before 0 it is played and not told of: the probe hears nothing until the clock begins, and
   * what is counted is counted from then on.
   */
  readonly startUs?: number;
  /** Moments at which the probe is called before anything else happens, ascending: edges of windows. */
  readonly marksUs: readonly number[];
}

/** In force from the start, or some day; with what istiod deploys for them. */
export function allManifests({ manifests, timeline }: Pick<Played, 'manifests' | 'timeline'>): Resource[] {
  const written = [
    ...manifests,
    ...timeline.flatMap((entry) => ('resources' in entry ? entry.resources : [])),
  ];
  return [...written, ...written.flatMap(deployedFor)];
}

/** Autoscalers that look at more than pods' resources want somebody to read the proxies' counters. */
export const asksForRequests = (own: Resource): boolean =>
  own.kind === 'HorizontalPodAutoscaler' &&
  own.spec.metrics.some(({ type }) => type === 'Pods' || type === 'Object' || type === 'External');

/**
 * Whether two timelines tell a world the same about its start: the names of the versions that come some day, the gateway that
 * somebody will configure, and whether there will be autoscalers, whose metrics are collected from the start.
 */
export function startsLike(one: Played, other: Played): boolean {
  const startOf = ({ manifests, timeline, traffic }: Played): string => {
    const all = allManifests({ manifests, timeline });
    const services = all.filter((own) => own.kind === 'Service').map((own) => own.metadata);
    const places = new Set(services.map(({ name, namespace }) => `${namespace}/${name}`));
    const versions = new Map<string, string>();
    for (const { service, labels, name } of versionsOf(all, serviceNames(all))) {
      const key = JSON.stringify([service, labels]);
      if (!versions.has(key)) versions.set(key, name);
    }
    const isScaled = all.some((own) => own.kind === 'HorizontalPodAutoscaler');
    const isCounted = all.some(asksForRequests);
    return JSON.stringify([
      [...places].sort(),
      [...versions],
      outsideOf(all).map(({ name, namespace, selector }) => [name, namespace, selector]),
      [undefined, ...traffic.map(({ gateway }) => gateway)].map((name) => entranceOf(all, name)),
      isScaled,
      isCounted,
      [true, false].map((hasNodes) => countsUnready(all, hasNodes)),
    ]);
  };
  return startOf(one) === startOf(other);
}
