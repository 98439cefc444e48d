import { percent } from '../../words/number.ts';
import { listed } from '../finding/failures.ts';
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
      sentence: `${rule} will not act for ${listed(services)}: ${hiddenBy} acts in its place; sidecars follow one rule for a host, the oldest.`,
      remedy: 'Merge the two into one VirtualService, or delete the older one.',
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
    .flatMap(({ rule, destinations }) => {
      const services = new Set(destinations.map(({ to }) => to.split(' ')[0]!));
      const callers = step.calls.filter(
        ({ service, caller }) => service !== null && services.has(service) && hasSidecar(step, caller),
      );
      if (callers.length === 0) return [];
      return [
        {
          key: rule,
          sentence: `${rule} acts for its gateways alone; ${listed([...new Set(callers.map(({ caller }) => caller))])} inside the mesh will choose among all pods.`,
          remedy: 'Add mesh to the gateways of the rule, and the name that they call to its hosts.',
        },
      ];
    }),
);

/** A caller without a sidecar calls a service that a rule splits. */
export const callerWithoutProxy = stepwise('caller-without-proxy', (step) =>
  weighted(step)
    .filter(({ inside }) => inside)
    .flatMap(({ rule, destinations }) => {
      const services = new Set(destinations.map(({ to }) => to.split(' ')[0]!));
      return step.calls
        .filter(
          ({ service, caller }) => service !== null && services.has(service) && !hasSidecar(step, caller),
        )
        .map(({ caller, service }) => ({
          key: `${rule} ${caller}`,
          sentence: `${caller} has no sidecar and calls ${service}: ${rule} will not act for it, any pod of ${service} answers.`,
          remedy: `Inject the sidecar into ${caller}, or let its requests come through a gateway.`,
        }));
    }),
);

const weighted = ({ rules }: ForeseenStep): readonly ForeseenStep['rules'][number][] =>
  rules.filter(
    ({ hiddenBy, destinations }) =>
      hiddenBy === null && destinations.filter(({ weight }) => weight > 0).length > 1,
  );

const hasSidecar = ({ workloads }: ForeseenStep, caller: string): boolean =>
  workloads.find(({ name }) => name === caller)?.sidecar === true;
