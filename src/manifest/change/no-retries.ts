import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { httpRoutesOf } from './destinations.ts';

const schema = z.strictObject({ kind: z.literal('no-retries'), service: z.string() });
type NoRetries = z.infer<typeof schema>;

/** No rule for a Service tries again. */
export const noRetries: ChangeKind<NoRetries> = {
  schema,
  text: ({ service }) => `Let no rule for ${service} try again (retries: { attempts: 0 }).`,
  apply({ service }, written) {
    const routes = httpRoutesOf(written, service);
    for (const route of routes) route['retries'] = { attempts: 0 };
    return routes.length === 0 ? `there is no rule for ${service}` : undefined;
  },
};
