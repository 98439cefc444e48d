import { percent, seconds } from '../../words/number.ts';
import { listed } from '../../words/listed.ts';
import { readyRemedies, recreateRemedies, recreateText } from '../finding/no-ready-pod.ts';
import { portNameRemedies } from '../finding/target-port-missing.ts';
import { keepRemedies } from '../finding/pods-removed-first.ts';
import { sendsOf, stepwise, type ForeseenKind, type ForeseenStep } from './foreseen.ts';

/** A rule sends to a version that nobody runs. */
export const noReadyPod: ForeseenKind = stepwise('no-ready-pod', (step) =>
  sendsOf(step)
    .filter(({ destination }) => isEmpty(step, destination))
    .map(({ rule, destination: { to, weight, workloads } }) => ({
      key: `${rule.rule} ${to}`,
      sentence: `${rule.rule} sends ${percent(weight)} of its requests to ${to}, which has no pod: ${
        workloads.length === 0
          ? 'no workload has the labels that it selects'
          : `${listed(workloads)} ${workloads.length === 1 ? 'has' : 'have'} 0 replicas`
      }. The callers’ proxies answer these requests with 503.`,
      remedies: readyRemedies(to, workloads),
    })),
);

/** All pods of a version, or of a Service, go before others come. */
export const recreatedPods: ForeseenKind = {
  code: 'no-ready-pod',
  foreseenIn: (steps) =>
    steps.flatMap((step) => {
      const { recreated, fromSeconds } = step;
      const isGone = (workloads: readonly string[]): boolean =>
        workloads.length > 0 && workloads.every((own) => recreated.includes(own));
      const asked = [
        ...sendsOf(step).map(({ destination: { to, workloads } }) => ({ to, workloads })),
        ...step.calls.flatMap(({ service, workloads }) =>
          service === null ? [] : [{ to: service, workloads }],
        ),
      ].filter(({ workloads }) => isGone(workloads));
      return [...new Map(asked.map((own) => [own.to, own])).values()].map(({ to, workloads }) => ({
        code: 'no-ready-pod',
        fromSeconds,
        toSeconds: null,
        sentence: `${to} will have no ready pod for a while, ${recreateText(workloads)}: until one is ready, the callers’ proxies answer requests to it with 503.`,
        remedies: workloads.flatMap(recreateRemedies),
      }));
    }),
};

/** A rule sends to pods that are no endpoints, for none has the port that their Service names. */
export const targetPortMissing: ForeseenKind = stepwise('target-port-missing', (step) =>
  sendsOf(step)
    .filter(({ destination: { lacks } }) => lacks === 'port name')
    .map(({ rule, destination: { to, service, weight } }) => ({
      key: `${rule.rule} ${to}`,
      sentence: `${rule.rule} sends ${percent(weight)} of its requests to ${to}, and no container of its pods has the port that Service ${service} names. The callers’ proxies answer these requests with 503.`,
      remedies: portNameRemedies(service),
    })),
);

/** The pods of a version go with the rule that leaves it, or hardly after: proxies that have not heard of it still send there. */
export const podsRemovedFirst: ForeseenKind = {
  code: 'pods-removed-first',
  foreseenIn: (steps) =>
    steps.flatMap((step, index) => {
      const before = steps[index - 1];
      if (before === undefined) return [];
      const gone = step.emptied.filter((own) => !before.emptied.includes(own));
      return gone.flatMap((workload) => {
        if (sendsTo(step, workload)) return [];
        const last = steps.slice(0, index).findLastIndex((own) => sendsTo(own, workload));
        const leftSeconds = last < 0 ? undefined : steps[last + 1]!.fromSeconds;
        if (leftSeconds === undefined || step.fromSeconds - leftSeconds >= step.slowPushSeconds) return [];
        const after = step.fromSeconds - leftSeconds;
        return [
          {
            code: 'pods-removed-first',
            fromSeconds: step.fromSeconds,
            toSeconds: null,
            sentence: `The pods of ${workload} go ${after === 0 ? 'at the same instant as' : `only ${after} s after`} the last rule that sends requests to them: a proxy may take ${seconds(step.slowPushSeconds)} to hold the new rule; until then it still sends there, and those requests may get 503.`,
            remedies: keepRemedies(workload),
          },
        ];
      });
    }),
};

/** Where no workload is given at all, pods are somebody else's matter. */
const isEmpty = (
  step: ForeseenStep,
  { lacks, workloads }: ForeseenStep['rules'][number]['destinations'][number],
): boolean =>
  step.workloads.length > 0 &&
  (lacks === 'workload' ||
    (lacks === null && workloads.length > 0 && workloads.every((own) => step.emptied.includes(own))));

const sendsTo = (step: ForeseenStep, workload: string): boolean =>
  sendsOf(step).some(({ destination }) => destination.workloads.includes(workload));
