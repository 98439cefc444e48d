import { slowOf, type Distribution } from '../../kernel/distribution.ts';
import type { DebounceSettings } from './debounce.ts';
import { reconnectDefaults, type ReconnectSettings } from './reconnect.ts';

/**
 * How long a rule takes from `kubectl apply` to a proxy that acts on it, part by part (all in microseconds):
 *
 *   apply -> watch -> debounce -> snapshot -> [queue for a permit] -> send -> network -> apply clusters -> apply routes -> worker
 */
export interface ControlPlane {
  readonly preset: 'small' | 'large' | 'off';
  /** The scenario sets some of it otherwise. */
  readonly isChanged?: true;
  /** API server write until istiod has the event. */
  readonly watch: Distribution;
  readonly debounce: DebounceSettings;
  /** Building the push context; the next push cannot begin before it is done. */
  readonly snapshot: Distribution;
  /** PILOT_PUSH_THROTTLE: proxies pushed at once. */
  readonly throttle: number;
  /** Generating and sending one proxy's configuration; holds a permit. */
  readonly send: Distribution;
  readonly network: Distribution;
  /** Envoy's main thread, once for the clusters and once for the routes that follow them. */
  readonly apply: Distribution;
  /** From the main thread to one worker's next turn of its event loop. */
  readonly worker: Distribution;
  /** Of proxies whose istiod was down. */
  readonly reconnect: ReconnectSettings;
}

/**
 * From a change to a proxy that acts on it, where each part of the way takes as long as in one of a hundred cases: hardly a
 * proxy waits longer. Changes on end, which the debounce gathers, and a queue for permits may add to it.
 */
export const slowPushUs = (own: ControlPlane): number =>
  own.debounce.afterUs +
  slowOf(own.watch) +
  slowOf(own.snapshot) +
  slowOf(own.send) +
  slowOf(own.network) +
  2 * slowOf(own.apply) +
  slowOf(own.worker);

/** Nothing on the way takes any time: a rule acts the moment it is applied. */
export const actsAtOnce = (own: ControlPlane): boolean => slowPushUs(own) === 0;

const ms = 1000;
const constant = (value: number): Distribution => ({ dist: 'constant', value });
const lognormal = (p50: number, p99: number): Distribution => ({ dist: 'lognormal', p50, p99 });

/** PILOT_PUSH_THROTTLE = 0: min(15 + 5 x cores, 100) (istio/istio pilot/pkg/features/tuning.go). */
const automaticThrottle = (cores: number): number => Math.min(15 + 5 * cores, 100);

/**
 * Debounce and throttle are Istio's defaults. The other delays are not published; they are chosen so that the whole
 * comes to about 0.13 s median and 0.2 s p99 for `small` (a mesh of Bookinfo's size), and for `large` (200 sidecars) to
 * about 1.1 s median, 2.6 s p90 and 9 s p99 (published p90 of production meshes: 1.5 s on Istio 1.11, 4.5 s on 1.12).
 */
export const controlPlanePresets: Readonly<Record<'small' | 'large' | 'off', ControlPlane>> = {
  small: {
    preset: 'small',
    watch: lognormal(10 * ms, 100 * ms),
    debounce: { afterUs: 100 * ms, maxUs: 10_000 * ms },
    snapshot: constant(2 * ms),
    throttle: automaticThrottle(2),
    send: lognormal(5 * ms, 50 * ms),
    network: lognormal(0.5 * ms, 5 * ms),
    apply: { dist: 'uniform', min: 1 * ms, max: 10 * ms },
    worker: { dist: 'uniform', min: 0, max: 1 * ms },
    reconnect: reconnectDefaults,
  },
  large: {
    preset: 'large',
    watch: lognormal(50 * ms, 500 * ms),
    debounce: { afterUs: 100 * ms, maxUs: 10_000 * ms },
    snapshot: lognormal(200 * ms, 800 * ms),
    throttle: automaticThrottle(4),
    send: lognormal(60 * ms, 1_000 * ms),
    network: lognormal(250 * ms, 8_000 * ms),
    apply: { dist: 'uniform', min: 5 * ms, max: 50 * ms },
    worker: { dist: 'uniform', min: 0, max: 5 * ms },
    reconnect: reconnectDefaults,
  },
  /** No delay at all: every proxy holds a rule the moment it is applied. */
  off: {
    preset: 'off',
    watch: constant(0),
    debounce: { afterUs: 0, maxUs: 0 },
    snapshot: constant(0),
    throttle: 1_000_000,
    send: constant(0),
    network: constant(0),
    apply: constant(0),
    worker: constant(0),
    reconnect: { baseUs: 0, maxUs: 0 },
  },
};
