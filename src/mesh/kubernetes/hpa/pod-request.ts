import type { Failed, ObservedPod } from './observed.ts';

/**
 * What each pod requests of a resource: the denominator of utilisation. One container without a request fails the metric
 * for all, even in a pod that is ignored otherwise. Source: replica_calculator.go (calculateRequests).
 */
export function podRequests(
  pods: readonly ObservedPod[],
  resource: string,
  container: string | undefined,
): Map<string, number> | Failed {
  const requests = new Map<string, number>();
  for (const pod of pods) {
    const request =
      container === undefined && pod.requestMilli !== undefined
        ? podLevelRequest(pod, resource)
        : requestOfContainers(pod, resource, container);
    if (typeof request !== 'number') return request;
    requests.set(pod.name, request);
  }
  return requests;
}

/** A pod-level request covers all containers; resources that it does not name are added up as far as they are given. */
function podLevelRequest(pod: ObservedPod, resource: string): number | Failed {
  const own = pod.requestMilli?.[resource];
  if (own !== undefined) return own;
  const given = containersOf(pod).flatMap(({ requestMilli }) => requestMilli?.[resource] ?? []);
  if (given.length === 0)
    return {
      failed: `missing pod-level request for ${resource} in Pod ${pod.name}`,
      lacksRequest: resource,
    };
  return given.reduce((sum, milli) => sum + milli, 0);
}

function requestOfContainers(
  pod: ObservedPod,
  resource: string,
  container: string | undefined,
): number | Failed {
  const counted = containersOf(pod).filter(({ name }) => container === undefined || name === container);
  if (container !== undefined && counted.length === 0) {
    return { failed: `container ${container} not found in Pod ${pod.name}` };
  }
  let sum = 0;
  for (const { name, requestMilli } of counted) {
    const request = requestMilli?.[resource];
    if (request === undefined) {
      return {
        failed: `missing request for ${resource} in container ${name} of Pod ${pod.name}`,
        lacksRequest: resource,
      };
    }
    sum += request;
  }
  return sum;
}

const containersOf = (pod: ObservedPod): readonly ObservedPod['containers'][number][] => [
  ...pod.containers,
  ...(pod.sidecars ?? []),
];
