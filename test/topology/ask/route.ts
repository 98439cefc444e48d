import { expect } from 'vitest';
import { fullHost } from '../../../src/manifest/host.ts';
import { selects } from '../../../src/manifest/labels.ts';
import type { Resource } from '../../../src/manifest/resource.ts';
import { serviceNames } from '../../../src/manifest/service-names.ts';
import { outboundOf, type Outbound } from '../../../src/mesh/envoy/outbound.ts';
import { tcpMethod } from '../../../src/mesh/envoy/route-match.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import type { CasePod } from '../topology-case.ts';
import type { Ask } from './ask.ts';

interface RouteQuestion {
  readonly port: number;
  readonly authority?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: 'http' | 'tcp' | 'tls';
  readonly sni?: string;
  readonly address?: string;
}

/** Where one request, or one connection, goes, or what the proxy answers by itself, and whose rule decided. */
export const route: Ask = ({ registry, manifests, proxy, pods }, question, expected) => {
  const asked = question as unknown as RouteQuestion;
  const { port, authority = '', protocol = 'http', address, sni } = asked;
  const found = outboundOf(translate(registry, proxy), {
    method: protocol === 'http' ? (asked.method ?? 'GET') : tcpMethod,
    path: asked.path ?? '/',
    authority,
    headers: asked.headers ?? {},
    port,
    dialled:
      address === undefined
        ? serviceNames(manifests).called(authority, proxy.namespace).name
        : (headlessAt(manifests, pods, address) ?? ''),
    ...(address === undefined ? {} : { address }),
    ...(protocol === 'tls' ? { serverName: sni ?? authority } : {}),
  });
  const { rule } = expected;
  expect({ ...answerOf(found), ...(rule === undefined ? {} : { rule: ruleOf(found) }) }).toEqual(expected);
};

/** The headless Service that has a pod at an address: callers find no other there. */
function headlessAt(
  manifests: readonly Resource[],
  pods: readonly CasePod[],
  address: string,
): string | undefined {
  const pod = pods.find(({ ip }) => ip === address);
  const found = manifests.find(
    (own) =>
      own.kind === 'Service' &&
      own.spec.isHeadless === true &&
      own.metadata.namespace === pod?.namespace &&
      selects(own.spec.selector, pod.labels ?? {}),
  );
  return found && fullHost(found.metadata.name, found.metadata.namespace);
}

function answerOf(found: Outbound) {
  if (found.kind === 'refused') return { refused: true };
  if (found.kind === 'no-route') return { response: 404, flag: 'NR' };
  const { direct_response: direct, redirect, route: action } = found.route;
  if (action === undefined) return { response: direct?.status ?? redirect!.response_code };
  const { cluster, weighted_clusters: weighted } = action;
  return cluster === undefined
    ? { weighted: Object.fromEntries(weighted!.clusters.map(({ name, weight }) => [name, weight])) }
    : { cluster };
}

function ruleOf(found: Outbound): string {
  const owner = found.kind === 'route' ? found.route.metadata.owner : null;
  return owner === null ? 'none' : `${owner.namespace}/${owner.name}`;
}
