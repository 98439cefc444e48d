import { reachHead, reachRemedies } from '../finding/autoscaler-out-of-reach.ts';
import { isOutOfReach } from '../out-of-reach.ts';
import { heldRemedies, heldText } from '../finding/drain-held.ts';
import { canariesAlong, canaryLeftOut } from '../finding/canary-left-out.ts';
import { rolloutLeftOut, rolloutsAlong } from '../finding/rollout-left-out.ts';
import { unknownRemedies } from '../finding/unknown-application.ts';
import { sendsOf, stepwise } from './foreseen.ts';

/** Pods will be asked, and nobody has said what they do. */
export const unknownApplication = stepwise('unknown-application', (step) => {
  const { workloads, calls } = step;
  const sends = sendsOf(step);
  const ruled = new Set(sends.map(({ destination }) => destination.service));
  const called = new Set(calls.map(({ service }) => service));
  // A service that rules send to is asked where they send, if anybody asks it; any other, at all of its pods.
  const asked = new Set([
    ...sends
      .filter(({ rule, destination }) => rule.gateways.length > 0 || called.has(destination.service))
      .flatMap(({ destination }) => destination.workloads),
    ...calls.flatMap((own) => (own.service === null || ruled.has(own.service) ? [] : own.workloads)),
  ]);
  const unknown = workloads.filter(({ name, application }) => application === null && asked.has(name));
  return unknown.map(({ name }) => ({
    key: name,
    sentence: `What ${name} does is not known: its pods will answer at once and at no cost, so latencies and load will say nothing about it.`,
    remedies: unknownRemedies(name),
  }));
});

/** An autoscaler waits for a reading that its pods cannot reach. */
export const autoscalerOutOfReach = stepwise('autoscaler-out-of-reach', ({ autoscalers }) =>
  autoscalers.flatMap((own) =>
    isOutOfReach(own) ? [{ key: own.name, sentence: reachHead(own), remedies: reachRemedies(own) }] : [],
  ),
);

/** A controller that the model does not have would act. */
export const leftOut = stepwise('left-out', ({ rollouts }, _index, steps) => {
  const all = rolloutsAlong(steps);
  return rollouts.flatMap(({ name }) => {
    const { isHarm, text, remedies } = rolloutLeftOut(all.find((own) => own.name === name)!);
    return isHarm ? [{ key: name, sentence: text, remedies }] : [];
  });
});

/** The same of Flagger's. */
export const canaryOut = stepwise('left-out', ({ canaries = [] }, _index, steps) => {
  const all = canariesAlong(steps);
  return canaries.flatMap(({ name }) => {
    const { isHarm, text, remedies } = canaryLeftOut(all.find((own) => own.name === name)!);
    return isHarm ? [{ key: name, sentence: text, remedies }] : [];
  });
});

/** A drain asks for what a budget never allows; or would, where there is none. */
export const drainHeld = stepwise('drain-held', ({ held, drained }, index, steps) => {
  const isLast = index === steps.length - 1;
  if (isLast && drained.length === 0)
    return held.map((own) => ({
      key: own.workload,
      sentence: `No pod of ${own.workload} may ever be evicted: ${heldText(own)}. A drain of its node would wait for that: kubectl without end, an upgrade of the cluster until it fails, or takes the pods away all the same (GKE after an hour).`,
      remedies: heldRemedies(own),
    }));
  return drained.flatMap((node) =>
    held.map((own) => ({
      key: `${node} ${own.workload}`,
      sentence: `The drain of node ${node} ends only when no pod of ${own.workload} is there, and none may be evicted: ${heldText(own)}.`,
      remedies: heldRemedies(own),
    })),
  );
});
