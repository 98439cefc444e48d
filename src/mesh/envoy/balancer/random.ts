import { moduloTotal } from '../weighted-cluster.ts';
import type { Balancer, BalancingPolicy } from './balancer.ts';

/**
 * Any host: the 64-bit random number that chose the priority, modulo the count of hosts (Envoy, random_lb.cc). As it is one
 * number for both, the host depends on the priority where the count shares a factor with 100; within one priority of
 * load 100 each host has the same chance.
 * @param count hosts, 1 or more.
 */
export function randomHost(randomHigh: number, randomLow: number, count: number): number {
  return moduloTotal(randomHigh, randomLow, count);
}

/** RANDOM: any host, whatever it weighs. */
export const random: BalancingPolicy = {
  words: 'any endpoint by chance',
  usesNumber: true,
  create: () => anyHost,
};

/** Without state, and therefore one for all. */
const anyHost: Balancer = {
  refresh: () => {},
  copyFrom: () => {},
  pick: (_source, { hosts }, high, low) => (hosts.length === 0 ? -1 : randomHost(high, low, hosts.length)),
};
