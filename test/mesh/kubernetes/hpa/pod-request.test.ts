import { expect, test } from 'vitest';
import type { ObservedPod } from '../../../../src/mesh/kubernetes/hpa/observed.ts';
import { podRequests } from '../../../../src/mesh/kubernetes/hpa/pod-request.ts';

const container = (name: string, cpu?: number) => ({
  name,
  ...(cpu === undefined ? {} : { requestMilli: { cpu } }),
});
const pod = (containers: ObservedPod['containers'], more: Partial<ObservedPod> = {}): ObservedPod => ({
  name: 'a',
  phase: 'Running',
  containers,
  ...more,
});

// replica_calculator.go, calculateRequests, calculatePodRequestsFromContainers, calculatePodLevelRequests.
test.each<{ of: ObservedPod; container?: string; request: number | string; because: string }>([
  { of: pod([container('a', 100), container('b', 50)]), request: 150, because: 'containers add up' },
  {
    of: pod([container('a', 100)], { sidecars: [container('istio-proxy', 10)] }),
    request: 110,
    because: 'a native sidecar is one of them',
  },
  { of: pod([]), request: 0, because: 'nobody asks for anything' },
  {
    of: pod([container('a', 100), container('b')]),
    request: 'missing request for cpu in container b of Pod a',
    because: 'one without a request fails all',
  },
  {
    of: pod([container('a', 100), container('b')]),
    container: 'a',
    request: 100,
    because: 'one is asked for',
  },
  {
    of: pod([container('a', 100)]),
    container: 'b',
    request: 'container b not found in Pod a',
    because: 'it is not there',
  },
  {
    of: pod([container('a', 100)], { requestMilli: { cpu: 70 } }),
    request: 70,
    because: 'the pod as a whole goes first',
  },
  {
    of: pod([container('a', 100)], { requestMilli: { cpu: 70 } }),
    container: 'a',
    request: 100,
    because: 'but not for a container',
  },
  {
    of: pod([container('a', 100), container('b')], { requestMilli: { memory: 70 } }),
    request: 100,
    because: 'what the pod does not name is added up as far as it is given',
  },
  {
    of: pod([container('a')], { requestMilli: { memory: 70 } }),
    request: 'missing pod-level request for cpu in Pod a',
    because: 'nobody gives it',
  },
])('$request: $because', ({ of, container: own, request }) => {
  const found = podRequests([of], 'cpu', own);
  expect('failed' in found ? found.failed : found.get('a')).toBe(request);
});
