import type { Ask } from './ask.ts';
import { clusters } from './clusters.ts';
import { destinationRule } from './destination-rule.ts';
import { endpoints } from './endpoints.ts';
import { hosts } from './hosts.ts';
import { protocol } from './protocol.ts';
import { route } from './route.ts';
import { shares } from './shares.ts';

/** By the word in a case's `ask`. */
export const asks: Readonly<Record<string, Ask>> = {
  route,
  'destination-rule': destinationRule,
  clusters,
  hosts,
  endpoints,
  shares,
  protocol,
};
