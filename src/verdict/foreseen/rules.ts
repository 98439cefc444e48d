import { deniesHead, deniesRemedies, denialsIn } from '../finding/policy-denies.ts';
import { missingIn, unbackedHead, unbackedRemedies, wouldFail } from '../finding/destination-not-there.ts';
import { ownerText } from '../../manifest/rule-name.ts';
import { twiceHead, twiceRemedies } from '../finding/destination-twice.ts';
import { faultRemedies, faultsIn } from '../finding/fault-rule.ts';
import { chooses } from '../finding/left-to-balancers.ts';
import { lostHead, lostRemedies } from '../finding/mirror-lost.ts';
import { headlessHead, headlessRemedies, splits } from '../finding/headless.ts';
import { listed } from '../../words/listed.ts';
import { sidecarRemedies } from '../finding/caller-without-proxy.ts';
import { sharedHead, sharedRemedies } from '../finding/shared-pods.ts';
import { plainTextTo } from '../plain-text.ts';
import { sharedIn, weighedIn } from '../weighed.ts';
import { rulesOnTcpPorts, tcpPortHead, tcpPortRemedies } from '../finding/http-rule-on-tcp-port.ts';
import {
  httpPortHead,
  httpPortRemedies,
  insteadOf,
  rulesOnHttpPorts,
} from '../finding/tcp-rule-on-http-port.ts';
import { behindHead, behindRemedies, hiddenHead, hiddenRemedies } from '../finding/older-rule-hides.ts';
import { matchedHead, matchedRemedies } from '../finding/matches-share-pods.ts';
import { droppedHead, droppedRemedies, isAnalysed } from '../finding/rule-dropped.ts';
import { noHostHead, noHostRemedies, rulesForNoHost } from '../finding/rule-for-no-host.ts';
import { forOthersHead, forOthersRemedy, rulesForOthers } from '../finding/rule-for-others.ts';
import { otherNameHead, otherNameRemedies } from '../finding/another-name.ts';
import { bindRemedies, remediesFor } from '../finding/bind-remedies.ts';
import { serviceLetIn } from '../finding/rule-not-for-all-callers.ts';
import { notVisibleHead, notVisibleRemedies } from '../finding/rule-not-visible.ts';
import { misnamedByRule, misnamedHead, misnamedRemedies } from '../finding/version-misnamed.ts';
import { refusalsIn, refusedHead, refusedRemedies } from '../finding/tls-refused.ts';
import { unweighedHead, unweighedRemedies } from '../finding/weight-left-out.ts';
import { stepwise, type ForeseenStep, type Seen } from './foreseen.ts';

/** An http rule for a Service all of whose ports carry TCP. */
export const httpRuleOnTcpPort = stepwise('http-rule-on-tcp-port', (step) =>
  rulesOnTcpPorts(step).map(({ rule, tcpPort }) => ({
    key: rule,
    sentence: tcpPortHead(rule, tcpPort),
    remedies: tcpPortRemedies(rule, tcpPort),
  })),
);

/** A tcp rule for a Service all of whose ports carry HTTP. */
export const tcpRuleOnHttpPort = stepwise('tcp-rule-on-http-port', (step) =>
  rulesOnHttpPorts(step).map((own) => ({
    key: own.rule,
    sentence: httpPortHead(own.rule, own.httpPort, insteadOf(own.httpPort)),
    remedies: httpPortRemedies(own.rule, own.httpPort, insteadOf(own.httpPort)),
  })),
);

/** tls of a DestinationRule that pods do not take. */
export const tlsRefused = stepwise('tls-refused', (step) =>
  [...refusalsIn(step)].map(([key, own]) => ({
    key,
    sentence: refusedHead(own),
    remedies: refusedRemedies(own),
  })),
);

/** A policy by which the sidecars of what is called let nobody in. */
export const policyDenies = stepwise('policy-denies', (step) =>
  [...denialsIn(step)].flatMap(([key, workloads]) =>
    step.calls.some((own) => own.workloads.some((each) => workloads.includes(each))) ||
    step.calls.length === 0
      ? [{ key, sentence: deniesHead(key, workloads), remedies: deniesRemedies(key) }]
      : [],
  ),
);

/** Two rules for one host. */
export const olderRuleHides = stepwise('older-rule-hides', ({ rules, behind = [] }) => [
  ...rules.flatMap(({ rule, inert, services, httpPort }) =>
    inert?.by !== 'rule' || httpPort !== undefined
      ? []
      : [
          {
            key: `${rule} ${inert.rule}`,
            sentence: hiddenHead(rule, services, inert.rule),
            remedies: hiddenRemedies(inert.owner),
          },
        ],
  ),
  ...behind.map((own) => ({
    key: `${own.rule} ${own.by}`,
    sentence: behindHead(own),
    remedies: behindRemedies(own),
  })),
]);

/** A rule that no caller sees. */
export const ruleNotVisible = stepwise('rule-not-visible', ({ rules }) =>
  rules.flatMap(({ rule, owner, inert }) =>
    inert?.by !== 'export'
      ? []
      : [{ key: rule, sentence: notVisibleHead(rule, inert), remedies: notVisibleRemedies(owner, inert) }],
  ),
);

/** A rule whose matches are for nobody who is there. */
export const ruleForOthers = stepwise('rule-for-others', (step) =>
  rulesForOthers(step).map((owner) => ({
    key: owner,
    sentence: forOthersHead(owner),
    remedies: [forOthersRemedy(owner)],
  })),
);

/** A rule that weighs a destination twice. */
export const destinationTwice = stepwise('destination-twice', ({ twice = [] }) =>
  twice.map((own) => ({
    key: `${own.rule} ${own.to}`,
    sentence: twiceHead(own),
    remedies: twiceRemedies(own),
  })),
);

/** A route that leaves a weight out, beside others; of VirtualServices the analysis tells it, with its place. */
export const weightLeftOut = stepwise('weight-left-out', ({ unweighed = [] }) =>
  unweighed
    .filter(({ weight }) => weight > 0)
    .map((own) => ({
      key: `${own.rule} ${own.to}`,
      sentence: unweighedHead(own),
      remedies: unweighedRemedies(own),
    })),
);

/** A destination that is not sent anything to the end, and would not be found. */
export const destinationNotThere = stepwise('destination-not-there', (step, index, steps) =>
  index < steps.length - 1 || step.workloads.length === 0
    ? []
    : (step.unbacked ?? []).filter(wouldFail).map((own) => ({
        key: `${own.rule} ${own.to}`,
        sentence: unbackedHead(own),
        remedies: unbackedRemedies(own),
        ...missingIn(own),
      })),
);

/** A rule whose copies arrive nowhere. */
export const mirrorLost = stepwise('mirror-lost', (step) =>
  step.workloads.length === 0
    ? []
    : step.rules
        .filter(({ inert }) => inert === null)
        .flatMap(({ rule, lostMirrors = [] }) =>
          lostMirrors.map((own) => ({
            key: `${rule} ${own.to}`,
            sentence: lostHead(rule, own),
            remedies: lostRemedies(rule, own),
            ...missingIn(own),
          })),
        ),
);

/** A rule that fails or delays requests on purpose. */
export const faultRule = stepwise('fault-rule', ({ rules }) =>
  rules
    .filter(({ inert }) => inert === null)
    .flatMap((own) => {
      const [text] = faultsIn(own);
      return text === undefined
        ? []
        : [{ key: own.rule, sentence: faultsIn(own).join(' '), remedies: faultRemedies(own) }];
    }),
);

/** Rules that do nothing, but for those that the analysis of manifests tells, with their places. */
export const ruleDropped = stepwise('rule-dropped', ({ dropped = [] }) =>
  dropped
    .filter((own) => !isAnalysed(own))
    .map((own) => ({ key: own.rule, sentence: droppedHead(own), remedies: droppedRemedies(own) })),
);

/** A rule whose hosts nothing has, while what it may be meant for is called. */
export const ruleForNoHost = stepwise('rule-for-no-host', (step) =>
  [...rulesForNoHost(step)].flatMap(([owner, { inert, isHarm }]) =>
    isHarm ? [{ key: owner, sentence: noHostHead(owner, inert), remedies: noHostRemedies(inert) }] : [],
  ),
);

/** Destinations of weights or of matches that pick the same pods. */
export const destinationsSharePods = stepwise('destinations-share-pods', (step) => [
  ...(step.matched ?? []).map((own) => ({
    key: ownerText(own.owner),
    sentence: matchedHead(own),
    remedies: matchedRemedies(own),
  })),
  ...weighedIn(step).flatMap((own) => {
    const shared = sharedIn(own);
    if (shared === undefined) return [];
    // A version without pods yet answers nobody.
    const { other, workloads } = shared;
    if (other.weight === 0 && workloads.every((each) => step.emptied.includes(each))) return [];
    return [{ key: own.rule, sentence: sharedHead(own.rule, shared), remedies: sharedRemedies(own) }];
  }),
]);

/** Destinations that are called as one version and have the pods of another. */
export const versionMisnamed = stepwise('version-misnamed', (step) =>
  [...misnamedByRule(step)].map(([rule, own]) => ({
    key: rule,
    sentence: misnamedHead(rule, own),
    remedies: misnamedRemedies(own),
  })),
);

/** A rule splits a headless Service, whose pods the callers choose themselves. */
export const headless = stepwise('headless', ({ rules }) =>
  rules.flatMap((own) =>
    own.headless === null || own.inert !== null || !own.inside || !splits(own)
      ? []
      : [
          {
            key: own.rule,
            sentence: headlessHead(own.rule, own.headless),
            remedies: headlessRemedies(own.headless),
          },
        ],
  ),
);

/** A rule that splits acts for gateways alone, and somebody inside calls the service, too. */
export const ruleNotForAllCallers = stepwise('rule-not-for-all-callers', (step) => [
  ...step.unknown
    .filter(({ isRefused }) => !isRefused)
    .flatMap(({ caller, service }) => {
      const rule = step.rules.find(
        (own) => own.inside && own.inert === null && own.services.includes(service),
      );
      return rule === undefined
        ? []
        : [
            {
              key: `${rule.rule} ${caller}`,
              sentence: `${rule.rule} does not act for ${caller}: its proxies do not know ${service}, and pass its calls on to any pod of it.${plainTextTo(calledBy(step, caller, service), step).text}`,
              remedies: [serviceLetIn(service, caller)],
            },
          ];
    }),
  ...weighted(step)
    .filter(({ inside }) => !inside)
    .flatMap((own) => {
      const { rule } = own;
      const calls = callsOf(step, own).filter(
        ({ caller, service }) => hasSidecar(step, caller) && !isRuledInside(step, service),
      );
      if (calls.length === 0) return [];
      const names = (of: (call: (typeof calls)[number]) => string): string =>
        listed([...new Set(calls.map(of))]);
      return [
        {
          key: rule,
          sentence: `${rule} acts for its gateways alone: ${names(({ caller }) => caller)} inside the mesh will choose among all pods of ${names(({ service }) => service!)}.`,
          remedies: bindRemedies(own.owner, calls[0]!.service!, own),
        },
      ];
    }),
  ...unruledCalls(step),
]);

/** Pods that a rule tells apart are called by another name. */
export const anotherName = stepwise('another-name', ({ otherNames = [] }) =>
  otherNames.map((own) => ({
    key: `${own.rule} ${own.service}`,
    sentence: otherNameHead(own),
    remedies: otherNameRemedies(own),
  })),
);

const calledBy = ({ calls }: ForeseenStep, caller: string, service: string): readonly string[] =>
  calls.flatMap((own) => (own.caller === caller && own.service === service ? own.workloads : []));

/** A caller without a sidecar calls a service that a rule splits. */
export const callerWithoutProxy = stepwise('caller-without-proxy', (step) =>
  step.rules
    .filter(({ inert, inside }) => inert === null && inside)
    .flatMap((own) =>
      callsOf(step, own)
        .filter((call) => !hasSidecar(step, call.caller) && choosesFor(own, call))
        .map(({ caller, service, workloads }) => ({
          key: `${own.rule} ${caller}`,
          sentence: `${caller} has no sidecar and calls ${service}: ${own.rule} will not act for it, ${
            workloads.length === 1
              ? `and ${workloads[0]!} alone answers`
              : `and any pod of ${service} answers (${listed(workloads)})`
          }.${plainTextTo(workloads, step).text}`,
          remedies: sidecarRemedies([caller]),
        })),
    ),
);

/** Callers inside for whose sidecars a rule that splits does not act, as it does for others. */
const unruledCalls = (step: ForeseenStep): readonly Seen[] =>
  weighted(step)
    .filter(({ inside }) => inside)
    .flatMap((own) => {
      const calls = callsOf(step, own).filter((call) => choosesFor(own, call));
      const left = calls.filter(({ unruled }) => unruled === true);
      if (left.length === 0) return [];
      const names = listed([...new Set(left.map(({ caller }) => caller))]);
      return [
        {
          key: `${own.rule} ${names}`,
          sentence: `${own.rule} does not act for ${names}: ${left.length === 1 ? 'its' : 'their'} sidecars will choose among all pods of ${listed([...new Set(left.map(({ service }) => service!))])}. By its matches, exportTo or namespace it is for other callers.`,
          remedies: remediesFor(
            own.owner,
            left[0]!.service!,
            [...new Set(left.map(({ caller }) => caller))],
            own,
          ),
        },
      ];
    });

/** A rule of its own acts for callers of the service inside the mesh. */
const isRuledInside = ({ rules }: ForeseenStep, service: string | null): boolean =>
  rules.some(
    ({ inside, inert, services }) =>
      inside && inert === null && service !== null && services.includes(service),
  );

/** Calls of what a rule is for: its hosts; where these are a gateway's, or patterns, the Services that it sends to. */
const callsOf = (
  { calls }: ForeseenStep,
  { inside, services, destinations }: Rule,
): ForeseenStep['calls'] => {
  const named =
    inside && !services.some((own) => own.includes('*'))
      ? services
      : destinations.map(({ service }) => service);
  return calls.filter(({ service }) => service !== null && named.includes(service));
};

const choosesFor = ({ destinations }: Rule, { workloads }: ForeseenStep['calls'][number]): boolean =>
  workloads.length > 0 && chooses(destinations, workloads);

type Rule = ForeseenStep['rules'][number];

const weighted = ({ rules }: ForeseenStep): readonly Rule[] =>
  rules.filter(
    ({ inert, destinations }) => inert === null && destinations.filter(({ weight }) => weight > 0).length > 1,
  );

const hasSidecar = ({ workloads }: ForeseenStep, caller: string): boolean =>
  workloads.find(({ name }) => name === caller)?.sidecar === true;
