import type { Stream } from '../../kernel/chance.ts';

/** The endpoints that one pick chooses from. */
export interface Endpoints {
  readonly count: number;
  /** Requests that this proxy has open to endpoint i; other proxies' requests are not known to it. */
  active(index: number): number;
}

/** Index of the chosen endpoint. `count` is at least 1. */
export type Balancer = (stream: Stream, endpoints: Endpoints, turn: { next: number }) => number;

/** Balancing among the equally weighted, healthy endpoints of one cluster, by one proxy. */
export const balancers: Readonly<Record<'LEAST_REQUEST' | 'ROUND_ROBIN' | 'RANDOM', Balancer>> = {
  /**
   * Two choices with replacement; the second is taken only with strictly fewer requests open, so of two endpoints the
   * busier one still gets a quarter (source/extensions/load_balancing_policies/least_request).
   */
  LEAST_REQUEST: (stream, endpoints) => {
    const first = stream.below(endpoints.count);
    const second = stream.below(endpoints.count);
    return endpoints.active(second) < endpoints.active(first) ? second : first;
  },
  /** From a random place, then in turn; the index is never reset by a change of membership. */
  ROUND_ROBIN: (_stream, endpoints, turn) => {
    const index = turn.next % endpoints.count;
    turn.next = (turn.next + 1) >>> 0;
    return index;
  },
  RANDOM: (stream, endpoints) => stream.below(endpoints.count),
};
