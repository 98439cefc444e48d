import type { Cursor } from '../cursor.ts';
import type { PodAmount, WorkloadSpec } from '../resource.ts';
import { anything, ignored, int32, map, struct, text } from '../schema.ts';
import { podTemplateFields, readPodTemplate } from './pod-template.ts';

/** Fields that Deployment, ReplicaSet and Rollout share. */
export const workloadFields = {
  replicas: int32,
  selector: struct({ matchLabels: map(text), matchExpressions: ignored(anything) }),
  template: podTemplateFields,
  minReadySeconds: int32,
};

/** The rules that they share (pkg/apis/apps/validation/validation.go); the words are the same, down to "deployment". */
export function readWorkload(spec: Cursor): WorkloadSpec {
  const [replicas, minReady] = [spec.at('replicas'), spec.at('minReadySeconds')];
  checkNotNegative(replicas);
  checkNotNegative(minReady);
  const selector = spec.at('selector');
  const matchLabels = selector.at('matchLabels').textMap;
  checkSelector(selector);
  const labels = spec.at('template', 'metadata', 'labels');
  const templateLabels = labels.textMap;
  if (
    spec.at('template').isSet &&
    Object.entries(matchLabels).some(([key, value]) => templateLabels[key] !== value)
  ) {
    labels.invalid(
      `Invalid value: ${JSON.stringify(templateLabels)}: \`selector\` does not match template \`labels\``,
    );
  }
  return {
    replicas: replicas.number ?? 1,
    selector: matchLabels,
    template: readPodTemplate(spec.at('template')),
    minReadySeconds: minReady.number ?? 0,
  };
}

function checkSelector(selector: Cursor): void {
  const expressions = selector.at('matchExpressions');
  const isEmpty =
    Object.keys(selector.at('matchLabels').textMap).length === 0 && expressions.items.length === 0;
  if (selector.isSet && isEmpty)
    selector.invalid('Invalid value: {}: empty selector is invalid for deployment');
  if (expressions.items.length > 0) {
    expressions.say(
      'warning',
      'MS1032',
      'matchExpressions are not modelled: pods are found by matchLabels alone',
    );
  }
}

function checkNotNegative(own: Cursor): void {
  if ((own.number ?? 0) < 0) own.invalid(`Invalid value: ${own.number}: must be greater than or equal to 0`);
}

/** `progressDeadlineSeconds`, by default 600, must leave time to become available. */
export function readProgressDeadline(spec: Cursor): number {
  const deadline = spec.at('progressDeadlineSeconds');
  checkNotNegative(deadline);
  const seconds = deadline.number ?? 600;
  if (seconds >= 0 && seconds <= (spec.at('minReadySeconds').number ?? 0))
    deadline.invalid(`Invalid value: ${seconds}: must be greater than minReadySeconds`);
  return seconds;
}

/** ValidatePositiveIntOrPercent; undefined where nothing (or nothing usable) is written. */
export function readPodAmount(amount: Cursor): PodAmount | undefined {
  checkNotNegative(amount);
  if (amount.number !== undefined) return { count: amount.number };
  if (amount.text === undefined) return undefined;
  const found = /^(\d+)%$/.exec(amount.text);
  if (found !== null) return { percent: Number(found[1]) };
  amount.invalid(
    `Invalid value: "${amount.text}": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
    /^\d+$/.test(amount.text) ? `write ${amount.text} without quotes for a number of pods` : undefined,
  );
  return undefined;
}

/** maxUnavailable alone may not exceed the whole. */
export function checkNotMoreThanAll(amount: Cursor, read: PodAmount | undefined): void {
  if (read !== undefined && 'percent' in read && read.percent > 100)
    amount.invalid(`Invalid value: "${amount.text}": must not be greater than 100%`);
}

export const isNone = (amount: PodAmount): boolean =>
  ('count' in amount ? amount.count : amount.percent) === 0;
