import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { listOf, mapIn, mapOf, specOf, workloadsCalled } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('cpu-request'),
  workload: z.string(),
  milli: z.int().positive(),
});
type CpuRequest = z.infer<typeof schema>;

/** Containers without a CPU request get one. */
export const cpuRequest: ChangeKind<CpuRequest> = {
  schema,
  text: ({ workload, milli }) =>
    `Give each container of ${workload} that asks for no CPU a request (${milli}m).`,
  apply({ workload, milli }, written) {
    const without = workloadsCalled(written, workload)
      .flatMap((own) => listOf(mapOf(mapOf(specOf(own)['template'])['spec'])['containers']))
      .filter(({ resources }) => {
        const { requests, limits } = mapOf(resources);
        return mapOf(requests)['cpu'] === undefined && mapOf(limits)['cpu'] === undefined;
      });
    for (const own of without) mapIn(mapIn(own, 'resources'), 'requests')['cpu'] = `${milli}m`;
    return without.length === 0 ? `every container of ${workload} asks for CPU` : undefined;
  },
};
