import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { listOf, mapIn, specOf, workloadsCalled } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('pre-stop'),
  workload: z.string(),
  sleepSeconds: z.int().positive(),
});
type PreStop = z.infer<typeof schema>;

/** A pod that is to go serves on until nobody sends to it any more. */
export const preStop: ChangeKind<PreStop> = {
  schema,
  text: ({ workload, sleepSeconds }) => `Give the pods of ${workload} a preStop sleep of ${sleepSeconds} s.`,
  apply({ workload, sleepSeconds }, written) {
    const found = workloadsCalled(written, workload);
    for (const own of found) {
      const pod = mapIn(mapIn(specOf(own), 'template'), 'spec');
      const grace = Number(pod['terminationGracePeriodSeconds'] ?? 30);
      if (grace < sleepSeconds + 15) pod['terminationGracePeriodSeconds'] = sleepSeconds + 15;
      for (const container of listOf(pod['containers']))
        mapIn(container, 'lifecycle')['preStop'] = { sleep: { seconds: sleepSeconds } };
    }
    return found.length === 0 ? `no manifest has ${workload}` : undefined;
  },
};
