import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { autoscalerTarget } from './autoscaler-target.ts';
import { bindRule } from './bind-rule.ts';
import { cookieForAll } from './cookie-for-all.ts';
import { connectionLimits } from './connection-limits.ts';
import { containerMetric } from './container-metric.ts';
import { cpuRequest } from './cpu-request.ts';
import { defineSubset } from './define-subset.ts';
import { exportToAll } from './export-to-all.ts';
import { hostName } from './host-name.ts';
import { independentDraws } from './independent-draws.ts';
import { injectSidecar } from './inject-sidecar.ts';
import { lastRoute } from './last-route.ts';
import { later } from './later.ts';
import { maxEjection } from './max-ejection.ts';
import { maxReplicas } from './max-replicas.ts';
import { noCookie } from './no-cookie.ts';
import { noFault } from './no-fault.ts';
import { minHealth } from './min-health.ts';
import { noHash } from './no-hash.ts';
import { noLocality } from './no-locality.ts';
import { noRetries } from './no-retries.ts';
import { noTraffic } from './no-traffic.ts';
import { noWarmup } from './no-warmup.ts';
import { ownPods } from './own-pods.ts';
import { portProtocol } from './port-protocol.ts';
import { preStop } from './pre-stop.ts';
import { remove } from './remove.ts';
import { renameSubset } from './rename-subset.ts';
import { replicas } from './replicas.ts';
import { skip } from './skip.ts';
import { subsetFirst } from './subset-first.ts';
import { timeout } from './timeout.ts';
import type { Written } from './written.ts';

/** Every kind of change that a finding may propose. */
export const changeKinds = {
  replicas,
  'max-replicas': maxReplicas,
  'autoscaler-target': autoscalerTarget,
  'container-metric': containerMetric,
  'cpu-request': cpuRequest,
  later,
  skip,
  'subset-first': subsetFirst,
  'rename-subset': renameSubset,
  'define-subset': defineSubset,
  'own-pods': ownPods,
  'no-traffic': noTraffic,
  'no-retries': noRetries,
  'bind-rule': bindRule,
  'export-to-all': exportToAll,
  remove,
  'last-route': lastRoute,
  'host-name': hostName,
  'port-protocol': portProtocol,
  'inject-sidecar': injectSidecar,
  'no-warmup': noWarmup,
  'no-hash': noHash,
  'no-cookie': noCookie,
  'cookie-for-all': cookieForAll,
  'no-locality': noLocality,
  'independent-draws': independentDraws,
  'max-ejection': maxEjection,
  'min-health': minHealth,
  'connection-limits': connectionLimits,
  timeout,
  'no-fault': noFault,
  'pre-stop': preStop,
};

type OwnOf<Kind> = Kind extends ChangeKind<infer Own> ? Own : never;

/** A change of manifests or of the timeline, as plain data. */
export type Change = OwnOf<(typeof changeKinds)[keyof typeof changeKinds]>;

const schemas: readonly z.ZodType[] = Object.values(changeKinds).map(({ schema }) => schema);
export const change = z.union(schemas as [z.ZodType<Change>, ...z.ZodType<Change>[]]);

const kindOf = ({ kind }: Change): ChangeKind<Change> => changeKinds[kind] as unknown as ChangeKind<Change>;

/** What to do, in a sentence. */
export const changeText = (own: Change): string => kindOf(own).text(own);

/** Makes the change in place; answers with what stands in its way, for a user to read. */
export const applyChange = (own: Change, written: Written): string | undefined =>
  kindOf(own).apply(own, written);
