import type { Cursor } from '../cursor.ts';
import { parseCpu, quantityAbove } from '../quantity.ts';
import type { CpuResources } from '../resource.ts';
import { anything, ignored, quantity, struct } from '../schema.ts';

/** Of a container or a pod. A limit of memory is checked and listed: nothing here runs out of it. */
export const resourcesFields = struct({
  requests: struct({ cpu: quantity, memory: quantity }),
  limits: struct({ cpu: quantity, memory: ignored(quantity) }),
  claims: ignored(anything),
});

/** Kubernetes' validateResourceRequirements. What is left out stays out; see `withDefaultRequest`. */
export function readCpuResources(resources: Cursor): CpuResources {
  const [requests, limits] = [resources.at('requests'), resources.at('limits')];
  for (const name of ['cpu', 'memory']) {
    const [request, limit] = [requests.at(name), limits.at(name)];
    for (const amount of [request, limit]) checkNotNegative(amount);
    if (quantityAbove(request.quantity ?? '', limit.quantity ?? ''))
      request.invalid(
        `Invalid value: "${request.quantity}": must be less than or equal to ${name} limit of ${limit.quantity}`,
      );
  }
  return cpuResources(millicores(requests.at('cpu').quantity), millicores(limits.at('cpu').quantity));
}

/** Both or either, without fields that hold undefined. */
export const cpuResources = (
  cpuRequestMilli: number | undefined,
  cpuLimitMilli: number | undefined,
): CpuResources => ({
  ...(cpuRequestMilli === undefined ? {} : { cpuRequestMilli }),
  ...(cpuLimitMilli === undefined ? {} : { cpuLimitMilli }),
});

/** SetDefaults_Pod (pkg/apis/core/v1/defaults.go): where only a limit is set, the request is the limit. */
export const withDefaultRequest = ({ cpuRequestMilli, cpuLimitMilli }: CpuResources): CpuResources =>
  cpuResources(cpuRequestMilli ?? cpuLimitMilli, cpuLimitMilli);

/** undefined for what is absent or no amount of CPU. */
export function millicores(written: string | undefined): number | undefined {
  const parsed = written === undefined ? undefined : parseCpu(written);
  return parsed !== undefined && 'millicores' in parsed ? parsed.millicores : undefined;
}

function checkNotNegative(amount: Cursor): void {
  if (amount.quantity !== undefined && quantityAbove('0', amount.quantity))
    amount.invalid(`Invalid value: "${amount.quantity}": must be greater than or equal to 0`);
}
