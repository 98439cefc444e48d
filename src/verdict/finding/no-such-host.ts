import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn } from './failures.ts';
import { aliasRemedy, aliasText } from './destination-not-there.ts';
import { byChange, byHand } from './remedy.ts';
import { didYouMean } from '../../manifest/did-you-mean.ts';
import type { Failure } from '../../record/failure.ts';
import type { Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';

/** A name is called, or sent to, that no Service has. */
export const noSuchHost: FindingKind = {
  code: 'no-such-host',
  seenIn: (record) =>
    failureGroups(record, ['no-service'], (own) => `${lackingIn(record, own).name} ${own.caller}`).map(
      (group) => {
        const [one] = group.failures;
        const { name, rule } = lackingIn(record, one!);
        const alias = aliasOf(record, one!, name);
        const callers = callersIn(group.failures);
        if (name === refused) {
          return failureFinding(record, group, {
            code: 'no-such-host',
            sentence: `A route sends requests of ${callers} to a backend that istiod refuses: they all fail. ${harmText(group.harm, record)}.`,
            why: `istiod puts the cluster UnknownService in the place of a backend whose kind it does not know, or that stands in another namespace without a ReferenceGrant there; a proxy answers what a rule sends to it with ${statusesIn(group.failures)} (flag NC).`,
            remedies: [
              byHand(
                'Write a ReferenceGrant in the namespace of the backend, or send to a Service of the route’s own namespace: `meshshift validate` says which backend it is.',
              ),
            ],
          });
        }
        return failureFinding(record, group, {
          code: 'no-such-host',
          sentence: `${
            rule === null
              ? `Nobody answers to ${name}: ${lack(alias)}, and every call of ${callers} to it fails.`
              : `${rule} sends requests of ${callers} to ${name}, and ${lack(alias)}: they all fail.`
          } ${harmText(group.harm, record)}.`,
          why: `${alias === undefined ? 'The manifests of the run have no such Service. ' : ''}${
            rule !== null
              ? `istiod makes no cluster for ${alias === undefined ? 'the name' : 'a name of a host outside'}, and a proxy answers what a rule sends there with ${statusesIn(group.failures)} (flag NC).`
              : mayBeOutside(alias ?? name)
                ? 'If it is a name outside the mesh, a cluster would let the calls out, unless outboundTrafficPolicy is REGISTRY_ONLY; the model has nothing outside the mesh.'
                : 'In a cluster the name would not resolve, either.'
          }`,
          remedies:
            alias === undefined
              ? hostRemedies(name, rule === null ? 'the traffic or the app file' : 'the rule', record)
              : [aliasRemedy(alias)],
        });
      },
    ),
};

const lack = (alias: string | undefined): string =>
  alias === undefined ? 'no Service has that name' : aliasText('it', alias);

/** What the name stands for, where it is an ExternalName Service's. */
const aliasOf = ({ mesh }: RunRecord, { caller, host }: Failure, name: string): string | undefined =>
  mesh
    .flatMap(({ calls, rules, routes = [] }) => [
      ...calls.filter((own) => own.caller === caller && own.host === host && own.host === name),
      ...[...rules, ...routes].flatMap(({ destinations }) =>
        destinations.filter(({ service }) => service === name),
      ),
    ])
    .flatMap(({ alias = [] }) => alias)[0];

/** The service of istiod's cluster UnknownService. */
const refused = 'unknownservice';

/** The name that no Service has: what a rule sends to (a cluster that the proxy does not have, NC), or else what was called. */
function lackingIn(
  record: RunRecord,
  { host, service, version, flags }: Failure,
): { readonly name: string; readonly rule: string | null } {
  if (!flags.split(',').includes('NC')) return { name: host, rule: null };
  for (const { rule, services, destinations } of record.mesh.flatMap(({ rules }) => rules)) {
    const to = destinations.find(
      (own) =>
        own.lacks === 'service' &&
        ([own.service, own.alias].includes(version ?? service) ||
          own.service === service ||
          (own.subset === version &&
            (services.includes(service) || destinations.some((each) => each.service === service)))),
    );
    if (to !== undefined) return { name: to.service, rule };
  }
  // A version of a Service that there is can be a Service of its own.
  const name = version !== null && servicesIn(record).has(service) ? version : service;
  return { name, rule: 'A route' };
}

/** The name that was meant, where one is near; or a Service of this name. */
export function hostRemedies(name: string, writtenIn: string, facts: Pick<RunRecord, 'mesh'>): Remedy[] {
  const first = name.split('.')[0]!;
  const known = servicesIn(facts);
  // The right name with a wrong namespace, or a name that is nearly right.
  const isNamed = known.has(first) && first !== name;
  const near = isNamed
    ? first
    : didYouMean(
        first,
        [...known].filter((own) => isTypo(first, own)),
      );
  const own = mayBeOutside(name) ? `a Service ${first} that stands for it` : `the Service ${name}`;
  return [
    ...(near === undefined ? [] : [byChange({ kind: 'host-name', from: isNamed ? name : first, to: near })]),
    byHand(
      near === undefined
        ? `Correct the host in ${writtenIn}, or apply ${own}.`
        : `Apply ${own}, if that is what was meant.`,
    ),
  ];
}

/** Where numbers alone differ, another version is meant: nobody mistypes v4 for v1. */
const isTypo = (one: string, other: string): boolean =>
  one.replace(/-?v?\d+/g, '') !== other.replace(/-?v?\d+/g, '');

/** "api.github.com", not "reviews", and not a full name inside the mesh; "reviews.shop" may be either. */
export const mayBeOutside = (host: string): boolean => host.includes('.') && !/\.svc(\.|$)/.test(host);

/** Names of Services that somebody calls or has a rule for. */
const servicesIn = ({ mesh }: Pick<RunRecord, 'mesh'>): Set<string> =>
  new Set([
    ...mesh.flatMap(({ calls }) => calls.flatMap(({ service }) => service ?? [])),
    ...mesh.flatMap(({ balancers }) => balancers.map(({ service }) => service)),
  ]);
