import { annotations } from './analysis/annotation.ts';
import { autoscalers } from './analysis/autoscaler.ts';
import { conditions } from './analysis/condition.ts';
import { deprecations } from './analysis/deprecated.ts';
import { gatewayCertificates } from './analysis/gateway-certificate.ts';
import { gatewayPorts } from './analysis/gateway-port.ts';
import { gatewayReferences } from './analysis/gateway-reference.ts';
import { hostConflicts, ingressSubsets } from './analysis/host-conflict.ts';
import { httpRouteReferences, httpRouteWeights } from './analysis/http-route.ts';
import { injections } from './analysis/injection.ts';
import { jwtClaims } from './analysis/jwt-claim.ts';
import { perTryTimeouts } from './analysis/per-try-timeout.ts';
import { podRequests } from './analysis/pod-request.ts';
import { podUsers } from './analysis/pod-user.ts';
import { probes } from './analysis/probe.ts';
import { references } from './analysis/reference.ts';
import { selectors } from './analysis/selector.ts';
import { serverCertificates } from './analysis/server-certificate.ts';
import { serviceEntries } from './analysis/service-entry.ts';
import { servicePorts } from './analysis/service-port.ts';
import { settingOf, type Check, type Setting } from './analysis/setting.ts';
import { sidecars } from './analysis/sidecar.ts';
import { isSuppressed } from './analysis/suppression.ts';
import { unreachable } from './analysis/unreachable.ts';
import { warmUps } from './analysis/warm-up.ts';
import { weights } from './analysis/weight.ts';
import { workloadOverlaps } from './analysis/workload-overlap.ts';
import type { Problem } from './problem.ts';
import type { Resource, WrittenObject } from './resource.ts';
import { sortProblems } from './sort-problems.ts';

const checks: readonly Check[] = [
  references,
  gatewayReferences,
  httpRouteReferences,
  httpRouteWeights,
  hostConflicts,
  ingressSubsets,
  unreachable,
  selectors,
  weights,
  perTryTimeouts,
  warmUps,
  workloadOverlaps,
  autoscalers,
  podRequests,
  podUsers,
  probes,
  servicePorts,
  serviceEntries,
  gatewayPorts,
  gatewayCertificates,
  serverCertificates,
  sidecars,
  injections,
  annotations,
  jwtClaims,
  conditions,
  deprecations,
];

/**
 * What is odd about resources that are fine one by one, as `istioctl analyze` would say it, with its codes and levels. The mesh
 * takes all of it, errors included, and what it then does is what a run shows. What is named and is not here is nowhere.
 *
 * @param others documents that were refused or are not read: what they say of each other is looked at, too
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
export const analyze = (
  resources: readonly Resource[],
  others: readonly WrittenObject[] = [],
): readonly Problem[] => run(settingOf(resources, others, { hosts: true, pods: true }));

/**
 * The same of resources that may be a part of what there is: without any Service nothing is said of hosts that are not here,
 * without any pod or workload nothing of selectors that find none.
 */
export const analyzeAlone = (
  resources: readonly Resource[],
  others: readonly WrittenObject[] = [],
): readonly Problem[] => run(settingOf(resources, others));

const run = (setting: Setting): readonly Problem[] =>
  sortProblems(checks.flatMap((check) => check(setting)).filter((problem) => !isSuppressed(problem)));
