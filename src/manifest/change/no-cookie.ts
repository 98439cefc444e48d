import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { cookiePlaces, nameOfCookie } from './cookies.ts';

const schema = z.strictObject({
  kind: z.literal('no-cookie'),
  service: z.string(),
  cookie: z.string(),
});
type NoCookie = z.infer<typeof schema>;

/** No answer sets a cookie that takes its client past the draw. */
export const noCookie: ChangeKind<NoCookie> = {
  schema,
  text: ({ service, cookie }) =>
    `Leave the Set-Cookie of ${cookie} out of the rules for ${service}: each request is drawn by the weights then, and clients change between the versions.`,
  apply({ service, cookie }, written) {
    const found = cookiePlaces(written, service).filter(({ cookies }) =>
      cookies.some((line) => nameOfCookie(line) === cookie),
    );
    for (const own of found) own.remove(cookie);
    return found.length === 0 ? `no rule for ${service} sets the cookie ${cookie}` : undefined;
  },
};
