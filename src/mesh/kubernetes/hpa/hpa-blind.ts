import { ceilReplicas } from './decision-step.ts';
import { isWithin, shown, type Tolerances } from './utilisation.ts';
import { percentTo } from '../../../words/number.ts';
import { plural } from '../../../words/number.ts';

/** Pods of one version: what they use and request together, in millicores, and how many are ready. */
export interface VersionLoad {
  readonly name: string;
  readonly readyPods: number;
  readonly usageMilli: number;
  readonly requestMilli: number;
}

export interface VersionAlone {
  readonly name: string;
  readonly readyPods: number;
  /** Percent of its requests, not cut. */
  readonly utilizationPercent: number;
  /** What an HPA of its own would ask for: its number of pods where that is within tolerance. */
  readonly wantedReplicas: number;
}

export interface BlindVerdict {
  /** One HPA stands still where an HPA for each version would not. */
  readonly isBlind: boolean;
  /** Of all pods together, not cut to whole percent. */
  readonly meanPercent: number;
  /** Mean over target, not cut. */
  readonly ratio: number;
  readonly versions: readonly VersionAlone[];
  readonly reason: string;
}

/**
 * Whether one HPA over several versions is blind: the weighted mean sits in the dead band while a version alone would be
 * scaled. It happened to argoproj/argo-rollouts#4607: 12 pods at 32.3 % and 10 at 109 % against a target of 70 %.
 * Decisions use whole percent as the HPA does; the verdict shows what was cut.
 */
export function isHpaBlind(
  loads: readonly VersionLoad[],
  targetPercent: number,
  tolerances: Tolerances = { scaleDown: 0.1, scaleUp: 0.1 },
): BlindVerdict {
  const present = loads.filter(({ readyPods, requestMilli }) => readyPods > 0 && requestMilli > 0);
  const versions = present.map((load): VersionAlone => {
    const ratio = wholePercent(load.usageMilli, load.requestMilli) / targetPercent;
    return {
      name: load.name,
      readyPods: load.readyPods,
      utilizationPercent: (100 * load.usageMilli) / load.requestMilli,
      wantedReplicas: isWithin(tolerances, ratio) ? load.readyPods : ceilReplicas(ratio * load.readyPods),
    };
  });
  const usageMilli = present.reduce((sum, load) => sum + load.usageMilli, 0);
  const requestMilli = present.reduce((sum, load) => sum + load.requestMilli, 0);
  const meanPercent = requestMilli === 0 ? 0 : (100 * usageMilli) / requestMilli;
  const ratio = meanPercent / targetPercent;
  const together = requestMilli === 0 ? 0 : wholePercent(usageMilli, requestMilli) / targetPercent;
  const isStill = requestMilli > 0 && isWithin(tolerances, together);
  const unlike = versions.filter(({ readyPods, wantedReplicas }) => wantedReplicas !== readyPods);
  // A single version is its own mean: it cannot be still and unlike at once.
  const isBlind = isStill && unlike.length > 0;
  const mean = `mean ${percentTo(meanPercent / 100, 1)} of target ${targetPercent} %, ratio ${shown(ratio)}`;
  const alone = versions
    .map(
      ({ name, readyPods, utilizationPercent, wantedReplicas }) =>
        `${name}: ${plural(readyPods, 'pod')} at ${percentTo(utilizationPercent / 100, 1)} alone would be ${wantedReplicas}`,
    )
    .join('; ');
  return {
    isBlind,
    meanPercent,
    ratio,
    versions,
    reason: isBlind
      ? `${mean}: within tolerance, so nothing moves. ${alone}`
      : `${mean}. ${alone === '' ? 'No pod is ready' : alone}`,
  };
}

const wholePercent = (usageMilli: number, requestMilli: number): number =>
  Math.trunc((usageMilli * 100) / requestMilli);
