import { plural } from '../../words/number.ts';
import { listed } from '../finding/failures.ts';
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
    remedy: `Add an entry to the app file whose match fits the labels of ${name}, or correct its match.`,
  }));
});

/** An autoscaler waits for a reading that its pods cannot reach. */
export const autoscalerOutOfReach = stepwise('autoscaler-out-of-reach', ({ autoscalers }) =>
  autoscalers.flatMap(({ name, target, wantsPercent, canReachPercent, idle }) =>
    canReachPercent === null || canReachPercent >= wantsPercent
      ? []
      : [
          {
            key: name,
            sentence: `Autoscaler ${name} can never scale ${target} up by CPU: it waits for ${wantsPercent} % of the CPU requests, and a pod that uses all of its limits comes to ${canReachPercent.toFixed(0)} %.`,
            remedy: `Use a ContainerResource metric on the application’s own container, or lower the CPU ${idle.length === 0 ? 'request' : `requests of ${listed(idle.map(({ container }) => container))}`} to what is really used.`,
          },
        ],
  ),
);

/** A controller that the model does not have would act. */
export const leftOut = stepwise('left-out', ({ rollouts }) =>
  rollouts.map(({ name, steps, manages }) => ({
    key: name,
    sentence: `The ${plural(steps, 'step')} of Rollout ${name} ${steps === 1 ? 'does' : 'do'} nothing in a run: no controller moves the weights${manages === '' ? '' : ` of ${manages}`}.`,
    remedy: 'Play each step by hand in the timeline: apply the weights, scale the versions.',
  })),
);
