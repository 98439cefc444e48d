import { expect } from 'vitest';
import { chooseRoute } from '../../../src/mesh/envoy/route-match.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import type { Ask } from './ask.ts';

/** Where one request goes, or what the proxy answers by itself, and whose rule decided. */
export const route: Ask = ({ registry, proxy }, question, expected) => {
  const { port, authority, path = '/', protocol = 'http', method = 'GET', headers = {} } = question;
  if (protocol !== 'http') throw new Error('cannot be asked yet');
  const name = proxy.type === 'gateway' ? `http.${String(port)}` : String(port);
  const configuration = translate(registry, proxy).routes.find((own) => own.name === name);
  const head = {
    method: String(method),
    path: String(path),
    authority: String(authority),
    headers: headers as Readonly<Record<string, string>>,
  };
  const found = configuration && chooseRoute(configuration, head).route;
  const { cluster, weighted_clusters: weighted } = found?.route ?? {};
  const [, ...rule] = found?.metadata.config.split('/') ?? [];
  const answer = {
    ...(cluster === undefined ? {} : { cluster }),
    ...(weighted === undefined
      ? {}
      : { weighted: Object.fromEntries(weighted.clusters.map((own) => [own.name, own.weight])) }),
    ...(found === undefined ? { response: 404, flag: 'NR' } : {}),
    ...(expected['rule'] === undefined ? {} : { rule: rule.length === 0 ? 'none' : rule.join('/') }),
  };
  expect(answer).toEqual(expected);
};
