import * as z from 'zod';
import { seconds } from '../../words/number.ts';
import { formatDuration, parseDuration } from '../quantity.ts';
import type { ChangeKind } from './change.ts';
import { httpRoutesOf } from './destinations.ts';
import { mapOf, type Data } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('timeout'),
  service: z.string(),
  seconds: z.number().positive(),
});
type Timeout = z.infer<typeof schema>;

/** How long the rules for a Service wait. */
export const timeout: ChangeKind<Timeout> = {
  schema,
  text: (own) => `Raise the timeouts of the rules for ${own.service} to ${seconds(own.seconds)}.`,
  apply({ service, seconds }, written) {
    const us = Math.round(seconds * 1e6);
    const raised = httpRoutesOf(written, service).filter((route) => {
      const own = [raise(route, 'timeout', us), raise(mapOf(route['retries']), 'perTryTimeout', us)];
      return own.includes(true);
    });
    return raised.length === 0 ? `no rule for ${service} has a shorter timeout` : undefined;
  },
};

function raise(data: Data, field: string, us: number): boolean {
  const was = parseDuration(String(data[field] ?? ''));
  // 0 is no timeout.
  const isShorter = 'us' in was && was.us > 0 && was.us < us;
  if (isShorter) data[field] = formatDuration(us);
  return isShorter;
}
