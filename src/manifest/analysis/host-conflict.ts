import { fullHost } from '../host-name.ts';
import type { VirtualService } from '../resource.ts';
import { istio } from './message.ts';
import { appliesToMesh, destinationsOf, nameOf, problemIn, type Check } from './setting.ts';

/** Two VirtualServices for one host on the sidecars: only one acts (analyzers/virtualservice/conflictingmeshgatewayhosts.go). */
export const hostConflicts: Check = (setting) => {
  const byHost = new Map<string, { readonly own: VirtualService; readonly index: number }[]>();
  for (const own of setting.virtualServices.filter(appliesToMesh)) {
    own.spec.hosts.forEach((host, index) => {
      const full = fullHost(host, own.metadata.namespace);
      byHost.set(full, [...(byHost.get(full) ?? []), { own, index }]);
    });
  }
  return [...byHost].flatMap(([host, claims]) => {
    if (claims.length < 2) return [];
    const names = claims.map(({ own }) => nameOf(own)).join(',');
    return claims.map(({ own, index }) =>
      problemIn(own, ['spec', 'hosts', index], 'value', {
        ...istio('IST0109'),
        message: `The VirtualServices ${names} associated with mesh gateway define the same host ${host} which can lead to undefined behavior. This can be fixed by merging the conflicting VirtualServices into a single resource.`,
      }),
    );
  });
};

/**
 * A gateway's rule names a host whose subsets another rule chooses: requests through the gateway follow the gateway's rule
 * alone (analyzers/virtualservice/destinationhosts.go). Stock Bookinfo is written so.
 */
export const ingressSubsets: Check = (setting) =>
  setting.virtualServices
    .filter((own) => own.spec.gateways.length > 0)
    .flatMap((own) =>
      destinationsOf(own)
        .filter(({ destination, isMirror }) => !isMirror && destination.subset === undefined)
        .flatMap(({ destination, path }) =>
          setting.virtualServices
            .filter(
              (other) =>
                other !== own && choosesSubset(other, fullHost(destination.host, own.metadata.namespace)),
            )
            .map((other) =>
              problemIn(own, [...path, 'host'], 'value', {
                ...istio('IST0140'),
                message: `Subset in virtual service ${nameOf(other)} has no effect on ingress gateway ${nameOf(own)} requests`,
              }),
            ),
        ),
    );

const choosesSubset = (own: VirtualService, host: string): boolean =>
  own.spec.hosts.some((one) => fullHost(one, own.metadata.namespace) === host) &&
  destinationsOf(own).some(
    ({ destination, isMirror }) =>
      !isMirror &&
      destination.subset !== undefined &&
      fullHost(destination.host, own.metadata.namespace) === host,
  );
