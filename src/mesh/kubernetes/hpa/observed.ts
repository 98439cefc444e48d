/** What the controller finds in a sync: pods by the target's selector, and what the three metrics APIs serve. */
export interface ObservedPod {
  readonly name: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** Set once the pod is being deleted. */
  readonly deletionUs?: number | undefined;
  /** When the kubelet took the pod over. */
  readonly startUs?: number | undefined;
  /** The Ready condition, if there is one already. The API keeps whole seconds; the rule compares what it is given. */
  readonly ready?:
    { readonly status: 'True' | 'False' | 'Unknown'; readonly lastTransitionUs: number } | undefined;
  readonly containers: readonly ObservedContainer[];
  /** Init containers with `restartPolicy: Always`: an istio-proxy as native sidecar. */
  readonly sidecars?: readonly ObservedContainer[] | undefined;
  /** Requests of the pod as a whole (`spec.resources`), by resource; they go before those of the containers. */
  readonly requestMilli?: Readonly<Record<string, number>> | undefined;
}

export interface ObservedContainer {
  readonly name: string;
  /** By resource: `{ cpu: 500 }`. */
  readonly requestMilli?: Readonly<Record<string, number>> | undefined;
}

/** One pod of the resource metrics API: mean usage over the window that ends at the timestamp. */
export interface PodResourceSample {
  readonly pod: string;
  readonly timestampUs: number;
  readonly windowUs: number;
  readonly containers: readonly {
    readonly name: string;
    readonly usageMilli: Readonly<Record<string, number>>;
  }[];
}

export interface Samples {
  /** Pods that the API knows nothing of are left out. */
  readonly resource?: readonly PodResourceSample[] | undefined;
  /** Pods metrics by name. */
  readonly pods?: Readonly<Record<string, readonly { readonly pod: string; readonly valueMilli: number }[]>>;
  readonly object?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly metric: string;
    readonly valueMilli: number;
  }[];
  /** External metrics by name; several series are added up. */
  readonly external?: Readonly<Record<string, readonly number[]>>;
}

/** A pod's value of one metric. */
export interface PodMetric {
  readonly valueMilli: number;
  readonly timestampUs: number;
  readonly windowUs: number;
}

/** A computation that Kubernetes gives up, in its words. */
export interface Failed {
  readonly failed: string;
  /** The resource of which a pod or a container requests nothing: that alone is why. */
  readonly lacksRequest?: string;
}

/**
 * Usage of a resource per pod, over all containers or over the named one. A pod with a container that lacks the resource
 * is left out. Source: metrics/client.go (getPodMetrics, getContainerMetrics).
 */
export function resourceUsage(
  samples: readonly PodResourceSample[] | undefined,
  resource: string,
  container: string | undefined,
  namespace: string,
): Map<string, PodMetric> | Failed {
  if (samples === undefined || samples.length === 0) {
    return { failed: 'no metrics returned from resource metrics API' };
  }
  const usage = new Map<string, PodMetric>();
  for (const { pod, timestampUs, windowUs, containers } of samples) {
    const measured = container === undefined ? containers : containers.filter((c) => c.name === container);
    if (container !== undefined && measured.length === 0) {
      return {
        failed: `failed to get container metrics: container ${container} not present in metrics for pod ${namespace}/${pod}`,
      };
    }
    let valueMilli = 0;
    let complete = measured.length > 0;
    for (const { usageMilli } of measured) {
      const used = usageMilli[resource];
      if (used === undefined) complete = false;
      else valueMilli += used;
    }
    if (complete) usage.set(pod, { valueMilli, timestampUs, windowUs });
  }
  return usage;
}
