import { z } from 'zod';
import type { ChangeKind } from './change.ts';
import { httpRoutesOf } from './destinations.ts';

const schema = z.strictObject({ kind: z.literal('no-fault'), service: z.string() });
type NoFault = z.infer<typeof schema>;

/** Rules inject no faults. */
export const noFault: ChangeKind<NoFault> = {
  schema,
  text: ({ service }) => `Take \`fault\` out of the rules for ${service}.`,
  apply({ service }, written) {
    const found = httpRoutesOf(written, service).filter((own) => own['fault'] !== undefined);
    for (const own of found) delete own['fault'];
    return found.length === 0 ? `no rule for ${service} has a fault` : undefined;
  },
};
