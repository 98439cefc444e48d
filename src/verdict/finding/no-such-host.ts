import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText } from './failures.ts';
import { byChange, byHand } from './remedy.ts';
import { didYouMean } from '../../manifest/did-you-mean.ts';
import type { RunRecord } from '../../record/record.ts';

/** A name is called that no Service has. */
export const noSuchHost: FindingKind = {
  code: 'no-such-host',
  seenIn: (record) =>
    failureGroups(record, ['no-service'], ({ host, caller }) => `${host} ${caller}`).map((group) => {
      const [one] = group.failures;
      const named = one!.host.split('.')[0]!;
      const known = servicesIn(record);
      // The right name with a wrong namespace, or a name that is nearly right.
      const isNamed = known.has(named) && named !== one!.host;
      const near = isNamed ? named : didYouMean(named, known);
      return failureFinding(record, group, {
        code: 'no-such-host',
        sentence: `Nobody answers to ${one!.host}: no Service has that name, and every call of ${callersIn(group.failures)} to it fails. ${harmText(group.harm, record)}.`,
        why: `The manifests of the run have no such Service. ${
          mayBeOutside(one!.host)
            ? 'If it is a name outside the mesh, a cluster would let the calls out, unless outboundTrafficPolicy is REGISTRY_ONLY; the model has nothing outside the mesh.'
            : 'In a cluster the name would not resolve, either.'
        }`,
        remedies: [
          ...(near === undefined
            ? []
            : [byChange({ kind: 'host-name', from: isNamed ? one!.host : named, to: near })]),
          byHand(
            near === undefined
              ? `Correct the host in the traffic, the app file or the rule, or apply the Service ${one!.host}.`
              : `Apply the Service ${one!.host}, if that is what was meant.`,
          ),
        ],
      });
    }),
};

/** "api.github.com", not "reviews", and not a full name inside the mesh; "reviews.shop" may be either. */
export const mayBeOutside = (host: string): boolean => host.includes('.') && !/\.svc(\.|$)/.test(host);

/** Names of Services that somebody calls or has a rule for. */
const servicesIn = ({ mesh, splits, callers }: RunRecord): Set<string> =>
  new Set([
    ...mesh.flatMap(({ calls }) => calls.flatMap(({ service }) => service ?? [])),
    ...mesh.flatMap(({ rules }) =>
      rules.flatMap(({ destinations, hosts }) => [
        ...hosts.flatMap((host) => host.split('.svc.')[0]!.split('.')[0]!),
        ...destinations.flatMap((own) => (own.lacks === 'service' ? [] : [own.service])),
      ]),
    ),
    ...splits.map(({ service }) => service),
    ...callers.map(({ service }) => service),
    // An application bears the name of its Service, as a rule.
    ...mesh.flatMap(({ workloads }) => workloads.map(({ name }) => name.replace(/-v\d+$/, ''))),
  ]);
