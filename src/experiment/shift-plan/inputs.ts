import type { Distribution } from '../../kernel/distribution.ts';
import { kindOf } from '../../mesh/app/traffic/index.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Shift } from './shift.ts';

/** Something that a planner may have got wrong, with how far it is put off, step by step. */
export interface Input {
  readonly name: string;
  /** Ascending; each is a change as a share of the input, told by its text. */
  readonly rungs: readonly { readonly share: number; readonly text: string }[];
  readonly change: (scenario: Scenario, share: number) => Scenario;
}

const percents = (...shares: number[]): Input['rungs'] =>
  shares.map((share) => ({ share, text: `+${Math.round(share * 100)} %` }));
const times = (...factors: number[]): Input['rungs'] =>
  factors.map((factor) => ({ share: factor - 1, text: `x ${factor}` }));

/** The inputs of a shift, as planners guess them: load, cost of a request, start-up, delay of the autoscaler, lost pods. */
export function inputsOf(shift: Shift): Input[] {
  const { from, to } = shift;
  return [
    {
      name: 'traffic',
      rungs: percents(0.05, 0.1, 0.2, 0.5, 1),
      change: (scenario, share) => ({
        ...scenario,
        traffic: scenario.traffic.map((own) => kindOf(own).scaled(own, 1 + share)),
      }),
    },
    ...[to, from].map(({ name, workload }): Input => ({
      name: `time per request of ${name}`,
      rungs: percents(0.05, 0.1, 0.2, 0.5, 1),
      change: (scenario, share) => slower(scenario, workload, 1 + share),
    })),
    {
      name: 'start-up of pods',
      rungs: times(1.5, 2, 3, 5),
      change: (scenario, share) => slowerStart(scenario, 1 + share),
    },
    {
      name: 'delay of metrics and autoscaler',
      rungs: times(2, 4, 8),
      change: (scenario, share) => {
        const { scrapeUs, autoscaler } = scenario.kubernetes;
        const kubernetes = {
          ...scenario.kubernetes,
          scrapeUs: scrapeUs * (1 + share),
          autoscaler: { ...autoscaler, syncPeriodUs: autoscaler.syncPeriodUs * (1 + share) },
        };
        return { ...scenario, kubernetes };
      },
    },
  ];
}

/** The first things of the timeline come first at their instant; this one comes before them all. */
const slower = (scenario: Scenario, workload: string, factor: number): Scenario => ({
  ...scenario,
  timeline: [{ atUs: 0, verb: 'slow', workload, factor }, ...scenario.timeline],
});

function slowerStart(scenario: Scenario, factor: number): Scenario {
  const { schedule, pull, start } = scenario.kubernetes;
  return {
    ...scenario,
    kubernetes: {
      ...scenario.kubernetes,
      schedule: stretched(schedule, factor),
      pull: stretched(pull, factor),
      start: stretched(start, factor),
    },
    app: {
      ...scenario.app,
      workloads: scenario.app.workloads.map((own) =>
        own.boot === undefined ? own : { ...own, boot: stretched(own.boot, factor) },
      ),
    },
  };
}

/** The same law, every draw so many times as long. */
function stretched<Law extends Distribution>(distribution: Law, factor: number): Law;
function stretched(distribution: Distribution, factor: number): Distribution {
  switch (distribution.dist) {
    case 'constant':
      return { ...distribution, value: distribution.value * factor };
    case 'uniform':
      return { ...distribution, min: distribution.min * factor, max: distribution.max * factor };
    case 'exponential':
      return { ...distribution, mean: distribution.mean * factor };
    case 'lognormal':
      return 'mean' in distribution
        ? { ...distribution, mean: distribution.mean * factor }
        : { ...distribution, p50: distribution.p50 * factor, p99: distribution.p99 * factor };
    case 'empirical':
      return { ...distribution, values: distribution.values.map((own) => own * factor) };
    case 'mixture':
      return {
        ...distribution,
        parts: distribution.parts.map((own) => ({ ...stretched(own, factor), weight: own.weight })),
      };
  }
}
