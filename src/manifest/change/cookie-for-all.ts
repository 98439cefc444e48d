import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { cookieOf, nameOfCookie, setCookieOn } from './cookies.ts';
import { httpRoutesOf } from './destinations.ts';
import { listOf, mapOf, resourcesOf, specOf, type Data } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('cookie-for-all'),
  service: z.string(),
  cookie: z.string(),
});
type CookieForAll = z.infer<typeof schema>;

/** Every destination of a split sets a cookie that leads there again, as one of them does. */
export const cookieForAll: ChangeKind<CookieForAll> = {
  schema,
  text: ({ service, cookie }) =>
    `Set a cookie like ${cookie} on the other destinations of ${service}, too, with a rule that sends who brings it there again: clients stay with what was drawn when they came, and the weight holds for those who come new.`,
  apply({ service, cookie }, written) {
    const routes = new Set(httpRoutesOf(written, service));
    let found = 0;
    for (const rule of resourcesOf(written, 'VirtualService')) {
      const spec = specOf(rule);
      const http = listOf(spec['http']);
      spec['http'] = http.flatMap((route) => {
        const destinations = listOf(route['route']);
        const line = destinations
          .flatMap((own) => cookieOf(own) ?? [])
          .find((own) => nameOfCookie(own) === cookie);
        if (!routes.has(route) || line === undefined || destinations.length < 2) return [route];
        const others = destinations.filter(
          (own) => cookieOf(own) === undefined && Number(own['weight'] ?? 0) > 0,
        );
        found += others.length;
        return [...others.map((own) => keeping(route, own, cookie, line)), route];
      });
    }
    return found === 0 ? `every destination of ${service} sets a cookie, or none does` : undefined;
  },
};

/** The rule for who has been there before. */
function keeping(route: Data, destination: Data, cookie: string, line: string): Data {
  const { host, subset } = mapOf(destination['destination']);
  const name = `${cookie}-${String(subset ?? host)}`;
  setCookieOn(destination, line.replace(/^[^;]*/, `${name}=1`));
  const brings = { cookie: { regex: `(.*; ?)?${name}=1(;.*)?` } };
  const matches = listOf(route['match']);
  return {
    match: (matches.length === 0 ? [{}] : matches).map((own) => ({
      ...own,
      headers: { ...mapOf(own['headers']), ...brings },
    })),
    route: [{ destination: destination['destination'] }],
  };
}
