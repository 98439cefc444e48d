import { percent } from '../../words/number.ts';
import { listed } from '../finding/failures.ts';
import { oneRule } from '../finding/older-rule-hides.ts';
import { sharedIn } from '../finding/destinations-share-pods.ts';
import { stepwise, type ForeseenStep } from './foreseen.ts';

/** An http rule for a Service all of whose ports carry TCP. */
export const httpRuleOnTcpPort = stepwise('http-rule-on-tcp-port', ({ rules }) =>
  rules
    .filter(({ hiddenBy }) => hiddenBy === null)
    .flatMap(({ rule, tcpPort }) => (tcpPort === null ? [] : [{ rule, ...tcpPort }]))
    .map(({ rule, service, port }) => ({
      key: rule,
      sentence: `${rule} will not act for callers inside the mesh: the port ${port} of ${service} carries TCP, so each connection goes to any pod of it.`,
      remedy: 'Name the port http-..., or set appProtocol: http on it.',
    })),
);

/** Two rules for one host. */
export const olderRuleHides = stepwise('older-rule-hides', ({ rules }) =>
  rules
    .filter(({ hiddenBy }) => hiddenBy !== null)
    .map(({ rule, hiddenBy, services }) => ({
      key: `${rule} ${hiddenBy}`,
      sentence: `${rule} will not act for ${listed(services)}: ${hiddenBy} acts in its place. ${oneRule}`,
      remedy: 'Merge the two into one rule, or delete the one that is not meant.',
    })),
);

/** Weighted destinations that pick the same pods. */
export const destinationsSharePods = stepwise('destinations-share-pods', ({ rules }) =>
  rules
    .filter(({ hiddenBy }) => hiddenBy === null)
    .flatMap((own) => {
      const shared = sharedIn(own);
      if (shared === undefined) return [];
      const { one, other, workloads } = shared;
      return [
        {
          key: own.rule,
          sentence: `${one.to} and ${other.to} have the same pods (of ${listed(workloads)}): the weights ${percent(one.weight)} and ${percent(other.weight)} of ${own.rule} will not say which version answers.`,
          remedy:
            'Give each of the two (the Services’ selectors, or the subsets) a label that only its version has.',
        },
      ];
    }),
);

/** A rule that splits acts for gateways alone, and somebody inside calls the service, too. */
export const ruleNotForAllCallers = stepwise('rule-not-for-all-callers', (step) =>
  weighted(step)
    .filter(({ inside }) => !inside)
    .flatMap((own) => {
      const { rule } = own;
      const calls = callsOf(step, own).filter(({ caller }) => hasSidecar(step, caller));
      if (calls.length === 0) return [];
      const names = (of: (call: (typeof calls)[number]) => string): string =>
        listed([...new Set(calls.map(of))]);
      return [
        {
          key: rule,
          sentence: `${rule} acts for its gateways alone: ${names(({ caller }) => caller)} inside the mesh will choose among all pods of ${names(({ service }) => service!)}.`,
          remedy: 'Add mesh to the gateways of the rule, and the name that they call to its hosts.',
        },
      ];
    }),
);

/** A caller without a sidecar calls a service that a rule splits. */
export const callerWithoutProxy = stepwise('caller-without-proxy', (step) =>
  step.rules
    .filter(({ hiddenBy, inside }) => hiddenBy === null && inside)
    .flatMap((own) =>
      callsOf(step, own)
        .filter((call) => !hasSidecar(step, call.caller) && chooses(own, call))
        .map(({ caller, service, workloads }) => ({
          key: `${own.rule} ${caller}`,
          sentence: `${caller} has no sidecar and calls ${service}: ${own.rule} will not act for it, ${
            workloads.length === 1
              ? `and ${workloads[0]!} alone answers`
              : `and any pod of ${service} answers (${listed(workloads)})`
          }.`,
          remedy: `Inject the sidecar into ${caller}, or let its requests come through a gateway.`,
        })),
    ),
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

/** Without the rule other pods would answer, or in other parts. */
const chooses = ({ destinations }: Rule, { workloads }: ForeseenStep['calls'][number]): boolean => {
  const sent = destinations.filter(({ weight }) => weight > 0);
  return (
    workloads.length > 0 &&
    (sent.length > 1 || workloads.some((own) => !sent.some((each) => each.workloads.includes(own))))
  );
};

type Rule = ForeseenStep['rules'][number];

const weighted = ({ rules }: ForeseenStep): readonly Rule[] =>
  rules.filter(
    ({ hiddenBy, destinations }) =>
      hiddenBy === null && destinations.filter(({ weight }) => weight > 0).length > 1,
  );

const hasSidecar = ({ workloads }: ForeseenStep, caller: string): boolean =>
  workloads.find(({ name }) => name === caller)?.sidecar === true;
