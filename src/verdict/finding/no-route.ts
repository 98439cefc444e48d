import { hostCovers } from '../../manifest/host.ts';
import type { Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn } from './failures.ts';
import { byChange, byHand } from './remedy.ts';
import { droppedFor, droppedHead, droppedRemedies, droppedWhy } from './rule-dropped.ts';
import { unseenRulesFor } from './rule-not-visible.ts';

/** No route takes the request: 404. */
export const noRoute: FindingKind = {
  code: 'no-route',
  seenIn: (record) =>
    failureGroups(record, ['no-route'], ({ host, caller }) => `${host} ${caller}`).flatMap((group) => {
      const [one] = group.failures;
      // There is a rule for it, which nobody sees: that is told instead.
      if (unseenRulesFor(record, one!.host).length > 0) return [];
      if (group.failures.every(({ status }) => status === 502)) {
        return failureFinding(record, group, {
          code: 'no-route',
          sentence: `The proxies of ${callersIn(group.failures)} do not know ${one!.host}, and refuse what they do not know: it gets ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
          why: 'A Sidecar does not let the host in, or its Service is not exported to their namespace; under outboundTrafficPolicy REGISTRY_ONLY istiod answers every other host with 502 (virtual host block_all).',
          remedies: [letIn],
        });
      }
      const dropped = droppedFor(record, one!.host);
      if (dropped.length > 0)
        return failureFinding(record, group, {
          code: 'no-route',
          sentence: `${dropped.map(droppedHead).join(' ')} No other rule takes the requests of ${callersIn(group.failures)} to ${one!.host} that fail: they get ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
          why: droppedWhy,
          remedies: [...dropped.flatMap(droppedRemedies), correctIt],
        });
      return failureFinding(record, group, {
        code: 'no-route',
        sentence: `No rule takes the requests of ${callersIn(group.failures)} to ${one!.host}: they get ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
        why: `The proxy has no route that fits (Envoy flag NR): no rule that acts there is for this host, or none of its matches fits the request.${byFlagger(record)}`,
        remedies: hasRule(record, one!.host)
          ? [
              ...(hasDestination(record, one!.host)
                ? [byChange({ kind: 'last-route', host: one!.host })]
                : []),
              correctIt,
            ]
          : [noRule(one!.host)],
      });
    }),
};

const correctIt = byHand('Correct the match, the host or the gateway.');

const byFlagger = ({ leftOut = [] }: RunRecord): string =>
  leftOut.some((own) => own.about === 'kind' && own.kind === 'Canary' && own.group === 'flagger.app')
    ? ' Flagger’s controller writes a rule for each of its Canaries; the model has no such controller.'
    : '';

/** A VirtualService at some gateway or at the mesh has the host. */
const hasRule = ({ mesh }: RunRecord, host: string): boolean =>
  mesh.some(({ rules }) =>
    rules.some(
      ({ hosts, services }) => services.includes(host) || hosts.some((own) => hostCovers(own, host)),
    ),
  );

/** Such a rule with a destination of its own, which a last route could have, too. */
const hasDestination = ({ mesh }: RunRecord, host: string): boolean =>
  mesh.some(({ rules }) =>
    rules.some(
      ({ hosts, services, destinations }) =>
        destinations.length > 0 && (services.includes(host) || hosts.some((own) => hostCovers(own, host))),
    ),
  );

const noRule = (host: string): Remedy =>
  byHand(
    `Write a rule for ${host} where these requests come in: a VirtualService that has it among its hosts and that gateway among its gateways, or a route of Gateway API with that parent.`,
  );

/** For a proxy that is not told of a Service. */
export const letIn = byHand(
  'Let the host in: an egress host of the Sidecar, exportTo of its Service, or a ServiceEntry. ALLOW_ANY would pass the calls on, past all rules.',
);
