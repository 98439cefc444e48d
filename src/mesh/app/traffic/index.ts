import { arrivals } from './arrivals.ts';
import { refresh } from './refresh.ts';
import { replay } from './replay.ts';
import type { TrafficKind } from './traffic-kind.ts';
import { users } from './users.ts';

/** Every kind of traffic, by the `kind` of its entries. */
export const trafficKinds = { refresh, poisson: arrivals, constant: arrivals, users, replay };

type EntryOf<Kind> = Kind extends TrafficKind<infer Entry, never> ? Entry : never;

/** Who opens pages, at the ingress gateway or from inside the mesh, and when. */
export type Traffic = EntryOf<(typeof trafficKinds)[keyof typeof trafficKinds]>;

/** The kind that an entry is of. */
export const kindOf = (entry: Traffic): TrafficKind<Traffic, never> => trafficKinds[entry.kind];
