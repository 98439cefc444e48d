/**
 * What an HorizontalPodAutoscaler (autoscaling/v2) asks for, and what the controller that serves it is set to. Quantities
 * are whole thousandths as Kubernetes computes with them: CPU in millicores, requests per second times 1000.
 */
export interface HpaSpec {
  /** Default 1. Kubernetes accepts 0 only with the feature HPAScaleToZero. */
  readonly minReplicas?: number | undefined;
  readonly maxReplicas: number;
  /** Default: CPU utilisation 80 %. */
  readonly metrics?: readonly MetricSpec[] | undefined;
  /** Its presence alone, be it empty, changes the rules of pace: see `hpaDefaults`. */
  readonly behavior?: HpaBehavior | undefined;
}

/** Percent of the requests. */
export interface UtilizationTarget {
  readonly type: 'Utilization';
  readonly averageUtilization: number;
}

/** Mean per pod. */
export interface AverageValueTarget {
  readonly type: 'AverageValue';
  readonly averageValueMilli: number;
}

/** Of the whole object or series. */
export interface ValueTarget {
  readonly type: 'Value';
  readonly valueMilli: number;
}

/** A metric of the custom or external metrics API; `selector` appears in messages only. */
export interface MetricIdentifier {
  readonly name: string;
  readonly selector?: Readonly<Record<string, string>> | undefined;
}

export interface ResourceMetric {
  readonly type: 'Resource';
  /** `cpu` or `memory`. */
  readonly name: string;
  readonly target: UtilizationTarget | AverageValueTarget;
}

export interface ContainerResourceMetric {
  readonly type: 'ContainerResource';
  readonly name: string;
  readonly container: string;
  readonly target: UtilizationTarget | AverageValueTarget;
}

export interface PodsMetric {
  readonly type: 'Pods';
  readonly metric: MetricIdentifier;
  readonly target: AverageValueTarget;
}

export interface ObjectMetric {
  readonly type: 'Object';
  readonly describedObject: { readonly kind: string; readonly name: string };
  readonly metric: MetricIdentifier;
  readonly target: ValueTarget | AverageValueTarget;
}

export interface ExternalMetric {
  readonly type: 'External';
  readonly metric: MetricIdentifier;
  readonly target: ValueTarget | AverageValueTarget;
}

export type MetricSpec =
  ResourceMetric | ContainerResourceMetric | PodsMetric | ObjectMetric | ExternalMetric;

/** `value` pods, or `value` percent, within the last `periodSeconds` (1 to 1800). */
export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

export interface ScalingRules {
  /** 0 to 3600. */
  readonly stabilizationWindowSeconds: number;
  /** Which policy counts: the one that allows the most, the least, or no change in this direction. */
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly ScalingPolicy[];
  /** As a part of 1. Unset: the controller's. */
  readonly tolerance?: number | undefined;
}

type Unset<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface HpaBehavior {
  readonly scaleUp?: Unset<ScalingRules> | undefined;
  readonly scaleDown?: Unset<ScalingRules> | undefined;
}

/** Flags of kube-controller-manager (`--horizontal-pod-autoscaler-...`). */
export interface HpaControllerSettings {
  /** `-tolerance`, as a part of 1. */
  readonly tolerance: number;
  /** `-downscale-stabilization`. */
  readonly downscaleStabilisationUs: number;
  /** `-cpu-initialization-period`: while a pod is younger, its CPU counts only from one window after it became ready. */
  readonly cpuInitialisationUs: number;
  /** `-initial-readiness-delay`: an unready pod whose Ready condition last changed earlier in its life was never ready. */
  readonly initialReadinessDelayUs: number;
  /** `-sync-period`: for the one who calls the rule; the rule itself does not ask. */
  readonly syncPeriodUs: number;
}

/** Source: pkg/controller/podautoscaler/config/v1alpha1/defaults.go. */
export const hpaControllerDefaults: HpaControllerSettings = {
  tolerance: 0.1,
  downscaleStabilisationUs: 300_000_000,
  cpuInitialisationUs: 300_000_000,
  initialReadinessDelayUs: 30_000_000,
  syncPeriodUs: 15_000_000,
};

/** A spec with nothing left to guess. */
export interface CompleteHpaSpec {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly MetricSpec[];
  readonly behavior: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules } | undefined;
}

const defaultScaleUp: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};

const defaultScaleDownPolicies: readonly ScalingPolicy[] = [
  { type: 'Percent', value: 100, periodSeconds: 15 },
];

/**
 * The spec as the API server and the controller complete it. Writing any part of `behavior` fills in the rest, and an
 * empty one already differs from none: from 1 replica it allows 5, without it 4.
 * Source: pkg/apis/autoscaling/v2/defaults.go; the window of scaling down is the controller's own.
 */
export function hpaDefaults(
  spec: HpaSpec,
  controller: HpaControllerSettings = hpaControllerDefaults,
): CompleteHpaSpec {
  const defaultScaleDown: ScalingRules = {
    stabilizationWindowSeconds: Math.trunc(controller.downscaleStabilisationUs / 1_000_000),
    selectPolicy: 'Max',
    policies: defaultScaleDownPolicies,
  };
  return {
    minReplicas: spec.minReplicas ?? 1,
    maxReplicas: spec.maxReplicas,
    metrics:
      spec.metrics !== undefined && spec.metrics.length > 0
        ? spec.metrics
        : [{ type: 'Resource', name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } }],
    behavior:
      spec.behavior === undefined
        ? undefined
        : {
            scaleUp: complete(spec.behavior.scaleUp, defaultScaleUp),
            scaleDown: complete(spec.behavior.scaleDown, defaultScaleDown),
          },
  };
}

const complete = (rules: Unset<ScalingRules> | undefined, defaults: ScalingRules): ScalingRules => ({
  stabilizationWindowSeconds: rules?.stabilizationWindowSeconds ?? defaults.stabilizationWindowSeconds,
  selectPolicy: rules?.selectPolicy ?? defaults.selectPolicy,
  policies: rules?.policies ?? defaults.policies,
  tolerance: rules?.tolerance,
});
