import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { httpRoutesOf } from './destinations.ts';
import { listOf, resourcesOf, specOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('no-fault'),
  service: z.string().nullable().describe('null: every Service.'),
});
type NoFault = z.infer<typeof schema>;

/** Rules inject no faults. */
export const noFault: ChangeKind<NoFault> = {
  schema,
  text: ({ service }) =>
    `Take \`fault\` out of ${service === null ? 'every rule' : `the rules for ${service}`}.`,
  apply({ service }, written) {
    const routes =
      service === null
        ? resourcesOf(written, 'VirtualService').flatMap((own) => listOf(specOf(own)['http']))
        : httpRoutesOf(written, service);
    const found = routes.filter((own) => own['fault'] !== undefined);
    for (const own of found) delete own['fault'];
    return found.length === 0 ? `no rule${service === null ? '' : ` for ${service}`} has a fault` : undefined;
  },
};
