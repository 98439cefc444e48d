import { keptConnections, stickyClients } from './balance.ts';
import { absorbingCookies } from './cookies.ts';
import type { Foreseen, ForeseenKind, ForeseenStep } from './foreseen.ts';
import { serviceHidden, subsetHidden } from './hidden.ts';
import { noReadyPod, podsRemovedFirst, recreatedPods, targetPortMissing } from './no-ready-pod.ts';
import { noRoute } from './no-route.ts';
import { noSuchHost } from './no-such-host.ts';
import { noSuchPort } from './no-such-port.ts';
import { portUnknown } from './port-unknown.ts';
import {
  anotherName,
  callerWithoutProxy,
  destinationNotThere,
  destinationTwice,
  destinationsSharePods,
  faultRule,
  headless,
  httpRuleOnTcpPort,
  mirrorLost,
  olderRuleHides,
  policyDenies,
  ruleDropped,
  ruleForNoHost,
  ruleForOthers,
  ruleNotForAllCallers,
  ruleNotVisible,
  tcpRuleOnHttpPort,
  tlsRefused,
  versionMisnamed,
  weightLeftOut,
} from './rules.ts';
import { subsetDeleted, subsetMissing } from './subsets.ts';
import { autoscalerOutOfReach, canaryOut, drainHeld, leftOut, unknownApplication } from './workloads.ts';

/** What can be told without a run, under the codes of `findingKinds`. */
export const foreseenKinds: readonly ForeseenKind[] = [
  noSuchHost,
  noSuchPort,
  noRoute,
  portUnknown,
  subsetMissing,
  subsetDeleted,
  subsetHidden,
  serviceHidden,
  noReadyPod,
  recreatedPods,
  targetPortMissing,
  tlsRefused,
  policyDenies,
  podsRemovedFirst,
  destinationsSharePods,
  destinationTwice,
  weightLeftOut,
  versionMisnamed,
  headless,
  httpRuleOnTcpPort,
  tcpRuleOnHttpPort,
  absorbingCookies,
  ruleNotForAllCallers,
  anotherName,
  olderRuleHides,
  ruleNotVisible,
  ruleForNoHost,
  ruleForOthers,
  ruleDropped,
  destinationNotThere,
  mirrorLost,
  faultRule,
  callerWithoutProxy,
  keptConnections,
  stickyClients,
  autoscalerOutOfReach,
  drainHeld,
  leftOut,
  canaryOut,
  unknownApplication,
];

/** What will go wrong as the manifests stand, in the order in which it begins. */
export const foreseenIn = (steps: readonly ForeseenStep[]): Foreseen[] =>
  foreseenKinds.flatMap((kind) => kind.foreseenIn(steps)).sort((a, b) => a.fromSeconds - b.fromSeconds);
