import type { Desk, DeskService } from '../../experiment/session/desk.ts';

/** Of the proxies beside a service's pods, how many hold the latest rule. */
export function proxiesOf(
  desk: Desk,
  service: DeskService | undefined,
): { readonly current: number; readonly all: number } {
  const pods = new Set(service?.pods.map(({ name }) => name));
  // A gateway without pods is one proxy all the same.
  const own = desk.proxies.filter(({ pod, workload }) =>
    pods.size > 0 ? pods.has(pod) : workload === service?.name,
  );
  return { current: own.filter(({ isCurrent }) => isCurrent).length, all: own.length };
}
