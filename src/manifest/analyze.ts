import { autoscalers } from './analysis/autoscaler.ts';
import { gatewayPorts } from './analysis/gateway-port.ts';
import { hostConflicts, ingressSubsets } from './analysis/host-conflict.ts';
import { httpRouteReferences, httpRouteWeights } from './analysis/http-route.ts';
import { podRequests } from './analysis/pod-request.ts';
import { references } from './analysis/reference.ts';
import { selectors } from './analysis/selector.ts';
import { servicePorts } from './analysis/service-port.ts';
import { settingOf, type Check } from './analysis/setting.ts';
import { unreachable } from './analysis/unreachable.ts';
import { warmUps } from './analysis/warm-up.ts';
import { weights } from './analysis/weight.ts';
import { workloadOverlaps } from './analysis/workload-overlap.ts';
import type { Problem } from './problem.ts';
import type { Resource } from './resource.ts';
import { sortProblems } from './sort-problems.ts';

/** What resources refer to. */
const toOthers: readonly Check[] = [references, httpRouteReferences];

const amongThemselves: readonly Check[] = [
  hostConflicts,
  ingressSubsets,
  unreachable,
  selectors,
  weights,
  warmUps,
  workloadOverlaps,
  autoscalers,
  podRequests,
  servicePorts,
  gatewayPorts,
  httpRouteWeights,
];

/**
 * What is odd about resources that are fine one by one, as `istioctl analyze` would say it, with its codes and levels. The mesh
 * takes all of it, errors included, and what it then does is what a run shows.
 *
 * @example
 * const text = `
 * apiVersion: networking.istio.io/v1
 * kind: VirtualService
 * metadata: { name: reviews }
 * spec:
 *   hosts: [reviews]
 *   http: [{ route: [{ destination: { host: reviews, subset: v9 } }] }]`;
 * const { manifest } = parseManifests([{ file: 'reviews.yaml', text }]);
 * analyze(manifest.resources)[0]; // => { severity: 'error', code: 'IST0101' }
 */
export const analyze = (resources: readonly Resource[]): readonly Problem[] =>
  run([...toOthers, ...amongThemselves], resources);

/** The same of resources whose Services are somewhere else: nothing is said of what they refer to. */
export const analyzeAlone = (resources: readonly Resource[]): readonly Problem[] =>
  run(amongThemselves, resources);

function run(checks: readonly Check[], resources: readonly Resource[]): readonly Problem[] {
  const setting = settingOf(resources);
  return sortProblems(checks.flatMap((check) => check(setting)));
}
