import { fullHost, hostsOverlap } from '../host-name.ts';
import { scopesOf } from './host-table.ts';
import { istio } from './message.ts';
import { problemIn } from './problem-in.ts';
import { appliesToMesh, destinationsOf, nameOf, type Check } from './setting.ts';
import type { Written } from './written.ts';

interface Claim {
  readonly own: Written;
  readonly index: number;
  readonly scope: string;
  readonly host: string;
}

/**
 * Two VirtualServices for one host on the sidecars of a namespace that sees both: only one acts
 * (analyzers/virtualservice/conflictingmeshgatewayhosts.go). One that is private counts as a rival of a public one whose
 * pattern covers its host, too. Each is told once, with the first host that it shares.
 */
export const hostConflicts: Check = (setting) => {
  const claims = setting
    .written('networking.istio.io', 'VirtualService')
    .filter(({ spec }) => appliesToMesh(spec.at('gateways').texts))
    .flatMap((own) =>
      own.spec.at('hosts').texts.flatMap((host, index) =>
        scopesOf(own.spec.at('exportTo').texts, own.namespace).map((scope): Claim => ({
          own,
          index,
          scope,
          host: fullHost(host, own.namespace).toLowerCase(),
        })),
      ),
    );
  const byPlace = new Map<string, Claim[]>();
  for (const own of claims) {
    const key = `${own.scope}/${own.host}`;
    const same = byPlace.get(key);
    if (same === undefined) byPlace.set(key, [own]);
    else same.push(own);
  }
  const openPatterns = claims.filter(({ scope, host }) => scope === '*' && host.startsWith('*'));
  const told = new Map<Written, { readonly claim: Claim; readonly rivals: ReadonlySet<Written> }>();
  for (const same of byPlace.values()) {
    const { scope, host } = same[0]!;
    const open =
      scope === '*'
        ? []
        : [
            ...(byPlace.get(`*/${host}`) ?? []),
            ...(host.startsWith('*')
              ? claims.filter((one) => one.scope === '*' && one.host !== host && hostsOverlap(host, one.host))
              : openPatterns.filter((one) => hostsOverlap(host, one.host))),
          ];
    const rivals = new Set([...same, ...open].map(({ own }) => own));
    if (rivals.size < 2) continue;
    for (const claim of [...same, ...open]) if (!told.has(claim.own)) told.set(claim.own, { claim, rivals });
  }
  return [...told.values()].map(({ claim: { own, index, host }, rivals }) =>
    problemIn(own.object, ['spec', 'hosts', index], 'value', {
      ...istio('IST0109'),
      message: `The VirtualServices ${[...rivals]
        .map(({ object }) => nameOf(object))
        .sort()
        .join(
          ',',
        )} associated with mesh gateway define the same host ${host} which can lead to undefined behavior. This can be fixed by merging the conflicting VirtualServices into a single resource.`,
    }),
  );
};

/**
 * A gateway's rule names a host whose subsets another rule chooses: requests through the gateway follow the gateway's rule
 * alone (analyzers/virtualservice/destinationhosts.go). Stock Bookinfo is written so.
 */
export const ingressSubsets: Check = (setting) => {
  const rules = setting.written('networking.istio.io', 'VirtualService');
  const choosers = new Map<string, Written[]>();
  for (const own of rules) {
    const hosts = new Set(own.spec.at('hosts').texts.map((host) => fullHost(host, own.namespace)));
    const chosen = httpDestinations(own)
      .filter(({ destination }) => destination.subset !== undefined)
      .map(({ destination }) => fullHost(destination.host, own.namespace));
    for (const host of new Set(chosen))
      if (hosts.has(host)) choosers.set(host, [...(choosers.get(host) ?? []), own]);
  }
  return rules
    .filter(({ spec }) => spec.at('gateways').texts.some((name) => name !== 'mesh'))
    .flatMap((own) =>
      httpDestinations(own)
        .filter(({ destination }) => destination.subset === undefined)
        .flatMap(({ destination, path }) =>
          (choosers.get(fullHost(destination.host, own.namespace)) ?? [])
            .filter((other) => other !== own)
            .map((other) =>
              problemIn(own.object, [...path, 'host'], 'value', {
                ...istio('IST0140'),
                message: `Subset in virtual service ${nameOf(other.object)} has no effect on ingress gateway ${nameOf(own.object)} requests`,
              }),
            ),
        ),
    );
};

const httpDestinations = (own: Written) =>
  destinationsOf(own).filter(({ path, isMirror }) => !isMirror && path[1] === 'http');
