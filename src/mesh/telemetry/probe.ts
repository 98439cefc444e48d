import type { ClusterEndpoints } from '../envoy/cluster-endpoints.ts';
import type { FaultDecision, FaultRule } from '../envoy/fault.ts';
import type { EjectionDecision, UnejectionDecision } from '../envoy/outlier.ts';
import type { RetryDecision, WouldRetry } from '../envoy/retry.ts';
import type { Sync } from '../kubernetes/autoscalers.ts';
import type { PodChange } from '../kubernetes/pod-life.ts';

/**
 * What may be observed of a run. The model calls these at the moment they happen and does not know who listens; a
 * probe may look at the columns of the row it is told about, and must not change them.
 */
export interface Probe {
  /** The clock begins, in a world that was played before; nothing else of this instant has happened yet. */
  started?(nowUs: number): void;
  /** A moment that was asked for has come; nothing else of this instant has happened yet. */
  mark(nowUs: number): void;
  /** A request begins at its caller; it has no route yet. */
  opened?(row: number, nowUs: number): void;
  /** The script of the request in `row` makes a call of its own row, `branch`: beside others, or one that nobody waits for. */
  branched?(branch: number, row: number, nowUs: number): void;
  /** The caller's proxy has matched a route and drawn; nothing is sent yet. */
  routed?(row: number, nowUs: number): void;
  /** The fault filter was asked about the request. */
  faulted?(row: number, rule: FaultRule, decision: FaultDecision, nowUs: number): void;
  /** The balancer has picked a pod for a try (-1: it has none to give). */
  picked?(row: number, endpoints: ClusterEndpoints, pod: number, nowUs: number): void;
  /** The try of the request in `row` leaves as `sent` (the same row, or one of its own), or a mirrored copy does. */
  sent?(row: number, sent: number, nowUs: number): void;
  /** A try has come to its pod, and begins there at once or waits; and when it begins. */
  arrived?(row: number, nowUs: number): void;
  begun?(row: number, nowUs: number): void;
  /**
   * A try has ended at the caller's proxy: whether the retry policy finds that it deserves another, what is decided
   * (undefined: there was nothing to ask), and how long the back-off is.
   */
  tryEnded?(
    row: number,
    would: WouldRetry | undefined,
    decision: RetryDecision | undefined,
    waitUs: number,
    nowUs: number,
  ): void;
  /** A circuit breaker did not let a try through. */
  tryRefused?(row: number, nowUs: number): void;
  /** Outlier detection has judged an endpoint, whether or not it was ejected; and has let one back in. */
  ejected?(proxy: number, cluster: string, decision: EjectionDecision, nowUs: number): void;
  unejected?(proxy: number, cluster: string, decision: UnejectionDecision, nowUs: number): void;
  /** The caller's proxy has chosen route, subset and endpoint for the request in `row`, or found that it cannot. */
  chosen(row: number, nowUs: number): void;
  /** The caller's proxy tries again: the request in `row` has a new endpoint. */
  retried(row: number, nowUs: number): void;
  /** The caller's proxy has sent a mirrored copy, in `row`, which has an endpoint and no caller. */
  mirrored(row: number, nowUs: number): void;
  /** The pod of the try in `row` has answered, whoever still waits for it (`abandoned`): the destination's meter. */
  replied(row: number, nowUs: number): void;
  /** The answer (or a local reply, or the caller's own timeout) has reached the caller of the request in `row`. */
  answered(row: number, nowUs: number): void;
  /** The page in root `row` is complete; it is the `page`-th of its traffic source, counted from 0. */
  pageDone(row: number, source: number, page: number, nowUs: number): void;
  /** The manifests have changed: `kubectl apply` or `delete` returned. */
  manifestsChanged(entry: number, lines: readonly string[], changed: readonly string[], nowUs: number): void;
  /** istiod has begun to push `snapshot`, which carries the changes made from `firstUs` to `lastUs`. */
  pushStarted(
    snapshot: number,
    changes: readonly string[],
    firstUs: number,
    lastUs: number,
    nowUs: number,
  ): void;
  /** A pod's life goes on. */
  podChanged?(row: number, what: PodChange, nowUs: number): void;
  /** An autoscaler has looked, and written what it decided. */
  synced?(sync: Sync, nowUs: number): void;
  /** A proxy is gone with its pod. */
  proxyLeft?(proxy: number, nowUs: number): void;
  /** Every worker of `proxy` now routes by `snapshot`. */
  held(proxy: number, snapshot: number, nowUs: number): void;
}

/** A probe that hears nothing before a moment. */
export function heardFrom(fromUs: number, probe: Probe, clock: { readonly nowUs: number }): Probe {
  const heard: Record<string, unknown> = {};
  for (const name of heardOf) {
    const own = probe[name] as ((...words: unknown[]) => void) | undefined;
    if (own === undefined) continue;
    heard[name] = (a: unknown, b: unknown, c: unknown, d: unknown, e: unknown): void => {
      if (clock.nowUs >= fromUs) own.call(probe, a, b, c, d, e);
    };
  }
  return heard as unknown as Probe;
}

const heardOf: readonly (keyof Probe)[] = [
  'mark',
  'opened',
  'routed',
  'faulted',
  'picked',
  'sent',
  'arrived',
  'begun',
  'tryEnded',
  'tryRefused',
  'ejected',
  'unejected',
  'chosen',
  'retried',
  'mirrored',
  'replied',
  'answered',
  'pageDone',
  'manifestsChanged',
  'pushStarted',
  'podChanged',
  'synced',
  'proxyLeft',
  'held',
];

/** Listens to nothing: a probe of a few events is this one with those. */
export const silentProbe: Probe = {
  mark: () => {},
  chosen: () => {},
  retried: () => {},
  mirrored: () => {},
  replied: () => {},
  answered: () => {},
  pageDone: () => {},
  manifestsChanged: () => {},
  pushStarted: () => {},
  held: () => {},
};
