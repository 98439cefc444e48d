import type { Draw } from '../balancer/least-request.ts';

/**
 * The host with the fewest active requests of all, each of those that tie with the same chance: the k-th that ties replaces
 * the one held so far with chance 1/k (least_request_lb.cc, FULL_SCAN). One draw per tie met on the way.
 * Istio has no field for it: it is here to compare with.
 * @param count hosts, 1 or more.
 */
export function leastRequestOfAll(draw: Draw, count: number, active: (index: number) => number): number {
  let chosen = 0;
  let fewest = active(0);
  let tied = 1;
  for (let index = 1; index < count; index += 1) {
    const requests = active(index);
    if (requests < fewest) {
      chosen = index;
      fewest = requests;
      tied = 1;
    } else if (requests === fewest) {
      tied += 1;
      if (draw.below(tied) === 0) chosen = index;
    }
  }
  return chosen;
}
