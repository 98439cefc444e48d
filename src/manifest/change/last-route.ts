import * as z from 'zod';
import { fullHost, hostCovers } from '../host.ts';
import type { ChangeKind } from './change.ts';
import { listOf, namespaceOf, resourcesOf, specOf } from './written.ts';

const schema = z.strictObject({ kind: z.literal('last-route'), host: z.string() });
type LastRoute = z.infer<typeof schema>;

/** A rule takes what none of its matches fits. */
export const lastRoute: ChangeKind<LastRoute> = {
  schema,
  text: ({ host }) =>
    `Add a last route without a match to the rule for ${host}, with the destinations of the one before it.`,
  apply({ host }, written) {
    const found = resourcesOf(written, 'VirtualService').filter((own) => {
      const { hosts, http } = specOf(own);
      const covers = Array.isArray(hosts) ? (hosts as unknown[]) : [];
      const isFor = covers.some((each) =>
        hostCovers(fullHost(String(each), namespaceOf(own)), fullHost(host, namespaceOf(own))),
      );
      return isFor && listOf(http).length > 0 && listOf(http).every(({ match }) => match !== undefined);
    });
    for (const own of found) {
      const routes = listOf(specOf(own)['http']);
      const { route } = routes.findLast((each) => listOf(each['route']).length > 0) ?? {};
      if (route !== undefined) routes.push({ route: structuredClone(route) });
    }
    return found.length === 0 ? `no rule for ${host} lacks a last route` : undefined;
  },
};
