import type { Container, ContainerProbe } from '../../../manifest/resource.ts';

/** A container's readinessProbe. Source: pkg/kubelet/prober/worker.go. */
export interface ReadinessProbe {
  /** Compared with whole seconds since the container's start, cut. */
  readonly initialDelaySeconds: number;
  readonly periodUs: number;
  /** Successes in a row that make it ready. */
  readonly successThreshold: number;
  /** Failures in a row that make a ready one unready. */
  readonly failureThreshold: number;
}

/** Source: pkg/apis/core/v1/defaults.go. */
export const readinessProbeDefaults: ReadinessProbe = {
  initialDelaySeconds: 0,
  periodUs: 10_000_000,
  successThreshold: 1,
  failureThreshold: 3,
};

/**
 * The first probe comes right after the container's start, as its status sync asks for one; the next ones follow a ticker
 * that began when the pod was admitted, so that its phase relative to the start is as good as random. Probes within the
 * initial delay are left out. Times are since the container's start.
 *
 * Later status syncs of the pod may ask for a probe of their own while it is not ready; they are not modelled.
 *
 * @param index 0 for the first probe that is made
 * @param tickerPhaseUs the first tick after the start, in (0, period]
 */
export function probeAtUs(probe: ReadinessProbe, index: number, tickerPhaseUs: number): number {
  const delayUs = probe.initialDelaySeconds * 1_000_000;
  if (delayUs === 0) return index === 0 ? 0 : tickerPhaseUs + (index - 1) * probe.periodUs;
  return firstTickUs(probe, tickerPhaseUs, delayUs) + index * probe.periodUs;
}

/** Of a liveness probe: nobody asks for one beside its ticker (prober_manager.go, UpdatePodStatus). */
const livenessProbeAtUs = (probe: ReadinessProbe, index: number, tickerPhaseUs: number): number =>
  firstTickUs(probe, tickerPhaseUs, probe.initialDelaySeconds * 1e6) + index * probe.periodUs;

/**
 * From the container's start to Ready, if its application answers from `servingUs` on: about 0 later than that if the first
 * probe finds it, else up to a period. Pure arithmetic for planning; `afterProbe` plays probe by probe.
 */
export function readinessDelayUs(probe: ReadinessProbe, servingUs: number, tickerPhaseUs: number): number {
  const furtherUs = (probe.successThreshold - 1) * probe.periodUs;
  if (probe.initialDelaySeconds > 0 || servingUs > 0) {
    const earliestUs = Math.max(servingUs, probe.initialDelaySeconds * 1_000_000);
    return firstTickUs(probe, tickerPhaseUs, earliestUs) + furtherUs;
  }
  return probe.successThreshold === 1 ? 0 : tickerPhaseUs + furtherUs - probe.periodUs;
}

function firstTickUs({ periodUs }: ReadinessProbe, tickerPhaseUs: number, earliestUs: number): number {
  return tickerPhaseUs + Math.max(0, Math.ceil((earliestUs - tickerPhaseUs) / periodUs)) * periodUs;
}

/** The probe of the application: the first container's that has one which asks over the network. */
export function readinessOf(containers: readonly Container[]): ReadinessProbe | undefined {
  const probe = containers.find((own) => own.readinessProbe?.asks === 'port')?.readinessProbe;
  return probe === undefined ? undefined : probeRule(probe);
}

/**
 * From the container's start to Ready: a pod without a probe is ready as soon as it runs, whatever its application does. Infinity where
 * a probe never passes. `failsUs`: when a startup probe, or without one a liveness probe, ends a container that does not serve yet.
 */
export function probedUs(
  containers: readonly Container[],
  bootUs: number,
  tickerPhaseUs: (probe: ReadinessProbe) => number,
): { readonly readyUs: number; readonly failsUs: number | undefined } {
  let latestUs = 0;
  let failsUs: number | undefined;
  for (const { readinessProbe, startupProbe, livenessProbe } of containers) {
    let passedUs = 0;
    if (startupProbe !== undefined) {
      const rule = probeRule(startupProbe);
      const phaseUs = tickerPhaseUs(rule);
      const servesUs = startupProbe.asks === 'no port' ? Infinity : bootUs;
      passedUs = readinessDelayUs(rule, servesUs, phaseUs);
      const lastUs = probeAtUs(rule, rule.failureThreshold - 1, phaseUs);
      // As many failures in a row as it may have, and the kubelet ends the container.
      if (lastUs < servesUs) failsUs = Math.min(failsUs ?? Infinity, lastUs);
    }
    if (startupProbe === undefined && livenessProbe?.asks === 'port') {
      const rule = probeRule(livenessProbe);
      const lastUs = livenessProbeAtUs(rule, rule.failureThreshold - 1, tickerPhaseUs(rule));
      if (lastUs < bootUs) failsUs = Math.min(failsUs ?? Infinity, lastUs);
    }
    let readyUs = passedUs;
    if (readinessProbe !== undefined) {
      const rule = probeRule(readinessProbe);
      const servesUs = readinessProbe.asks === 'no port' ? Infinity : bootUs;
      readyUs = readinessDelayUs(rule, Math.max(servesUs, passedUs), tickerPhaseUs(rule));
    }
    latestUs = Math.max(latestUs, readyUs);
  }
  return { readyUs: latestUs, failsUs };
}

/** A readiness or startup probe asks a port by a name that its container does not have: no such pod is ever ready. */
export const neverReady = (containers: readonly Container[]): boolean =>
  containers.some(({ readinessProbe, startupProbe }) =>
    [readinessProbe, startupProbe].some((own) => own?.asks === 'no port'),
  );

const probeRule = (probe: ContainerProbe): ReadinessProbe => ({
  initialDelaySeconds: probe.initialDelaySeconds,
  periodUs: probe.periodSeconds * 1e6,
  successThreshold: probe.successThreshold,
  failureThreshold: probe.failureThreshold,
});
