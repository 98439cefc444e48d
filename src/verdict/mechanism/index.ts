import { absorbingCookie } from './absorbing-cookie.ts';
import { alternation } from './alternation.ts';
import { blocks } from './blocks.ts';
import { changePoint } from './change-point.ts';
import type { Mechanism } from './mechanism.ts';
import { mirrorsCounted } from './mirrors-counted.ts';
import { oldRule } from './old-rule.ts';
import { otherWeights } from './other-weights.ts';
import { pinnedClients } from './pinned-clients.ts';
import { podProportions } from './pod-proportions.ts';
import { retriesCounted } from './retries-counted.ts';
import { smoothRoundRobin } from './smooth-round-robin.ts';
import { staleCallers } from './stale-callers.ts';
import { stickyConnection } from './sticky-connection.ts';
import { wrongMeter } from './wrong-meter.ts';

/** What a split may look like that is not independent draws at the configured weights. */
export type MechanismName =
  | 'old rule'
  | 'other weights'
  | 'pods in place of weights'
  | 'alternation or round robin over endpoints'
  | 'smooth weighted round robin'
  | 'blocks of a counter'
  | 'old and new rule mixed'
  | 'sticky connection'
  | 'clients pinned to a version'
  | 'some callers hold another rule'
  | 'absorbing cookie'
  | 'retries counted'
  | 'mirrors counted'
  | 'wrong meter';

/** Every mechanism that is weighed, by its name. */
export const mechanisms: Readonly<Record<MechanismName, Mechanism>> = {
  'old rule': oldRule,
  'other weights': otherWeights,
  'pods in place of weights': podProportions,
  'alternation or round robin over endpoints': alternation,
  'smooth weighted round robin': smoothRoundRobin,
  'blocks of a counter': blocks,
  'old and new rule mixed': changePoint,
  'sticky connection': stickyConnection,
  'clients pinned to a version': pinnedClients,
  'some callers hold another rule': staleCallers,
  'absorbing cookie': absorbingCookie,
  'retries counted': retriesCounted,
  'mirrors counted': mirrorsCounted,
  'wrong meter': wrongMeter,
};

export const mechanismNames = Object.keys(mechanisms) as readonly MechanismName[];
