import * as z from 'zod';
import { duration } from '../../manifest/field.ts';
import type { ExpectationKind } from './expectation-kind.ts';

const schema = z.strictObject({
  metric: z.literal('propagation').describe('How long changes of rules take to reach the proxies.'),
  max: duration.describe('Change to last proxy, of every push.'),
});

export const propagation: ExpectationKind<z.output<typeof schema>> = {
  schema,
  text: (own) => `every change reaches the last proxy within ${own.max / 1e6} s`,
  judge(own, { slowestPushUs }) {
    const found =
      slowestPushUs === Infinity
        ? 'one had not when the run ended'
        : `${(slowestPushUs / 1e6).toFixed(3)} s at most`;
    return { ok: slowestPushUs <= own.max, found };
  },
};
