import { gatewayName } from '../gateway-name.ts';
import { matches, type Labels } from '../labels.ts';
import { installedNamespace, isInstalledGateway } from './installed-gateway.ts';
import { routingClaim } from '../routing-claim.ts';
import { istio } from './message.ts';
import type { Pod } from './pod.ts';
import { problemIn } from './problem-in.ts';
import { nameOf, type Check } from './setting.ts';
import type { Written } from './written.ts';

/**
 * A rule by a claim of a token at a gateway whose pods look at no token: it matches nothing
 * (analyzers/virtualservice/jwtclaimroute.go).
 */
export const jwtClaims: Check = (setting) => {
  const requests = setting.written('security.istio.io', 'RequestAuthentication');
  const gateways = setting.written('networking.istio.io', 'Gateway');
  return setting.written('networking.istio.io', 'VirtualService').flatMap((own) => {
    const claim = claimOf(own);
    if (claim === undefined) return [];
    return own.spec.at('gateways').texts.flatMap((written) => {
      const full = gatewayName(written, own.namespace);
      const gateway = gateways.find(({ object }) => nameOf(object) === full);
      if (gateway === undefined) return [];
      const selector = gateway.spec.at('selector').textMap;
      const pods = setting.pods.filter(({ labels }) => matches(selector, labels));
      const isInstalled = pods.length === 0 && setting.whole.pods && isInstalledGateway(selector);
      return (isInstalled ? [installedPod(selector)] : pods)
        .filter(
          ({ labels, namespace }) =>
            !requests.some(
              (one) =>
                (one.namespace === namespace || one.namespace === 'istio-system') &&
                matches(one.spec.at('selector', 'matchLabels').textMap, labels),
            ),
        )
        .map(({ name }) =>
          problemIn(own.object, claim.path, 'key', {
            ...istio('IST0149'),
            message: `The virtual service uses the JWT claim based routing (key: ${claim.key}) but found no request authentication for the gateway (${full}) pod (${name}). The request authentication must first be applied for the gateway pods to validate the JWT token and make the claims available for routing.`,
          }),
        );
    });
  });
};

/** The proxy of a gateway that came with Istio. */
const installedPod = (labels: Labels): Pick<Pod, 'name' | 'namespace' | 'labels'> => ({
  name: labels['app'] ?? `istio-${labels['istio']}`,
  namespace: installedNamespace,
  labels,
});

function claimOf(own: Written) {
  return own.spec
    .at('http')
    .items.flatMap((http) => http.at('match').items)
    .flatMap((match) => [...match.at('headers').entries, ...match.at('withoutHeaders').entries])
    .map(([key, { path }]) => ({ key, path }))
    .find(({ key }) => routingClaim(key) !== undefined);
}
