import { expect } from 'vitest';
import { serviceNames } from '../../../src/manifest/service-names.ts';
import { outboundOf, type Outbound } from '../../../src/mesh/envoy/outbound.ts';
import { tcpMethod } from '../../../src/mesh/envoy/route-match.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
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
export const route: Ask = ({ registry, manifests, proxy }, question, expected) => {
  const asked = question as unknown as RouteQuestion;
  const { port, authority = '', protocol = 'http', address, sni } = asked;
  const found = outboundOf(translate(registry, proxy), {
    method: protocol === 'http' ? (asked.method ?? 'GET') : tcpMethod,
    path: asked.path ?? '/',
    authority,
    headers: asked.headers ?? {},
    port,
    // Whoever dials an address need not dial the one of the name.
    dialled: address === undefined ? serviceNames(manifests).called(authority, proxy.namespace).name : '',
    ...(address === undefined ? {} : { address }),
    ...(protocol === 'tls' ? { serverName: sni ?? authority } : {}),
  });
  const { rule } = expected;
  expect({ ...answerOf(found), ...(rule === undefined ? {} : { rule: ruleOf(found) }) }).toEqual(expected);
};

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
  const [, ...name] = found.kind === 'route' ? found.route.metadata.config.split('/') : [];
  return name.length === 0 ? 'none' : name.join('/');
}
