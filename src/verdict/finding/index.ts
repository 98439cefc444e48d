import type { Diagnosis, FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { absorbingCookies } from './absorbing-cookies.ts';
import { allPodsEjected } from './all-pods-ejected.ts';
import { anotherName } from './another-name.ts';
import { autoscalerAtLimit } from './autoscaler-at-limit.ts';
import { autoscalerCannotDecide } from './autoscaler-cannot-decide.ts';
import { autoscalerOutOfReach } from './autoscaler-out-of-reach.ts';
import { breakerOpens } from './breaker-opens.ts';
import { balancerPrefers } from './balancer-prefers.ts';
import { autoscalerLate } from './autoscaler-late.ts';
import { headless } from './headless.ts';
import { outlierCannotEject } from './outlier-cannot-eject.ts';
import { redirectsElsewhere } from './redirected.ts';
import { retriesAmplify } from './retries-amplify.ts';
import { policyDenies } from './policy-denies.ts';
import { portUnknown } from './port-unknown.ts';
import { retriesHide } from './retries-hide.ts';
import { staleProxy } from './stale-proxy.ts';
import { versionSlow } from './version-slow.ts';
import { callerWithoutProxy } from './caller-without-proxy.ts';
import { chance } from './chance.ts';
import { drainHeld } from './drain-held.ts';
import { destinationNotThere } from './destination-not-there.ts';
import { destinationTwice } from './destination-twice.ts';
import { destinationsSharePods } from './destinations-share-pods.ts';
import { endpointsNotArrived } from './endpoints-not-arrived.ts';
import { faultRule } from './fault-rule.ts';
import { severityOf, type FindingKind } from './finding.ts';
import { gatewayPort } from './gateway-port.ts';
import { hotPod } from './hot-pod.ts';
import { httpRuleOnTcpPort } from './http-rule-on-tcp-port.ts';
import { keptConnections } from './kept-connections.ts';
import { leftOut } from './left-out.ts';
import { localityNear } from './locality-near.ts';
import { mirrorLost } from './mirror-lost.ts';
import { mirrored } from './mirrored.ts';
import { noGateway } from './no-gateway.ts';
import { noListener } from './no-listener.ts';
import { noPodOnNode } from './no-pod-on-node.ts';
import { noReadyPod } from './no-ready-pod.ts';
import { noRoute } from './no-route.ts';
import { noRoomAtStart } from './no-room-at-start.ts';
import { noSuchHost } from './no-such-host.ts';
import { noSuchPort } from './no-such-port.ts';
import { notADraw } from './not-a-draw.ts';
import { olderRuleHides } from './older-rule-hides.ts';
import { overloaded } from './overloaded.ts';
import { panic } from './panic.ts';
import { pagesFailed } from './pages-failed.ts';
import { pagesLate } from './pages-late.ts';
import { podsLost } from './pods-lost.ts';
import { podsRemovedFirst } from './pods-removed-first.ts';
import { rolloutStalled } from './rollout-stalled.ts';
import { rolloutUnfinished } from './rollout-unfinished.ts';
import { ruleDropped } from './rule-dropped.ts';
import { ruleForNoGateway } from './rule-for-no-gateway.ts';
import { ruleForNoHost } from './rule-for-no-host.ts';
import { ruleForOthers } from './rule-for-others.ts';
import { ruleGone } from './rule-gone.ts';
import { ruleNotForAllCallers } from './rule-not-for-all-callers.ts';
import { ruleNotVisible } from './rule-not-visible.ts';
import { routeNotAsked } from './route-not-asked.ts';
import { severalRules } from './several-rules.ts';
import { serviceHidden } from './service-hidden.ts';
import { sessionStrayed } from './session-strayed.ts';
import { splitNotTried } from './split-not-tried.ts';
import { splitStrayed } from './split-strayed.ts';
import { stalePages } from './stale-pages.ts';
import { stickyClients } from './sticky-clients.ts';
import { subsetDeleted } from './subset-deleted.ts';
import { subsetHidden } from './subset-hidden.ts';
import { subsetMissing } from './subset-missing.ts';
import { targetPortMissing } from './target-port-missing.ts';
import { tcpRuleOnHttpPort } from './tcp-rule-on-http-port.ts';
import { timeoutCuts } from './timeout-cuts.ts';
import { tlsRefused } from './tls-refused.ts';
import { unknownApplication } from './unknown-application.ts';
import { versionFails } from './version-fails.ts';
import { versionMisnamed } from './version-misnamed.ts';
import { warmUp } from './warm-up.ts';
import { wayBackClosed } from './way-back-closed.ts';
import { weightLeftOut } from './weight-left-out.ts';

/** Every kind of finding; of equal harm, the one that stands first here comes first. */
export const findingKinds: readonly FindingKind[] = [
  noSuchHost,
  noSuchPort,
  tlsRefused,
  policyDenies,
  destinationsSharePods,
  destinationTwice,
  weightLeftOut,
  versionMisnamed,
  httpRuleOnTcpPort,
  tcpRuleOnHttpPort,
  absorbingCookies,
  ruleNotForAllCallers,
  anotherName,
  rolloutStalled,
  noReadyPod,
  noPodOnNode,
  allPodsEjected,
  podsRemovedFirst,
  endpointsNotArrived,
  portUnknown,
  targetPortMissing,
  subsetMissing,
  subsetHidden,
  serviceHidden,
  subsetDeleted,
  noRoute,
  outlierCannotEject,
  panic,
  versionFails,
  faultRule,
  autoscalerOutOfReach,
  autoscalerAtLimit,
  retriesAmplify,
  mirrored,
  autoscalerLate,
  keptConnections,
  stickyClients,
  localityNear,
  warmUp,
  overloaded,
  hotPod,
  breakerOpens,
  redirectsElsewhere,
  noGateway,
  gatewayPort,
  noListener,
  podsLost,
  versionSlow,
  timeoutCuts,
  pagesFailed,
  pagesLate,
  wayBackClosed,
  autoscalerCannotDecide,
  drainHeld,
  splitStrayed,
  sessionStrayed,
  callerWithoutProxy,
  severalRules,
  routeNotAsked,
  splitNotTried,
  olderRuleHides,
  ruleNotVisible,
  ruleForNoHost,
  ruleForNoGateway,
  ruleForOthers,
  ruleDropped,
  ruleGone,
  noRoomAtStart,
  rolloutUnfinished,
  destinationNotThere,
  mirrorLost,
  leftOut,
  unknownApplication,
  retriesHide,
  stalePages,
  staleProxy,
  headless,
  balancerPrefers,
  notADraw,
  chance,
];

/** "Is my shift all right?", from the record of a run alone. */
export function diagnose(record: Omit<RunRecord, 'diagnosis'>): Diagnosis {
  const full = record as RunRecord;
  const findings = findingKinds
    .flatMap((kind) => kind.seenIn(full))
    .sort((a, b) => severityOf(b) - severityOf(a));
  const told = withoutEchoes(findings);
  const worst = told[0]?.level;
  return {
    answer: worst === 'breaks' ? 'does not hold' : worst === 'harms' ? 'holds, but' : 'holds',
    findings: told,
  };
}

/** Late pages are told once: by what made them late, where that is known. */
function withoutEchoes(findings: readonly FindingRecord[]): FindingRecord[] {
  const late = findings.find((own) => own.code === 'pages-late');
  if (late === undefined) return [...findings];
  const told = findings.reduce((sum, own) => sum + (own === late ? 0 : own.harm.pagesLate), 0);
  return findings.filter((own) => own !== late || told < 0.5 * late.harm.pagesLate);
}
