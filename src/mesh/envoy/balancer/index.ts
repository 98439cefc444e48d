import type { BalancerName } from '../route.ts';
import type { BalancingPolicy } from './balancer.ts';
import { leastRequest } from './least-request.ts';
import { maglev } from './maglev.ts';
import { random } from './random.ts';
import { ringHash } from './ring-hash.ts';
import { roundRobin } from './round-robin.ts';

/** The load balancing policies, by the name that a cluster gives in `lb_policy`. */
export const balancers: Readonly<Record<BalancerName, BalancingPolicy>> = {
  LEAST_REQUEST: leastRequest,
  ROUND_ROBIN: roundRobin,
  RANDOM: random,
  RING_HASH: ringHash,
  MAGLEV: maglev,
  // Whoever dials a name takes any of its addresses.
  CLUSTER_PROVIDED: { ...random, words: 'the endpoint whose address was dialled' },
};
