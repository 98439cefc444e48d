import { mmc } from '../stats/index.ts';
import type { LawCheck } from '../record/capacity.ts';
import type { World } from '../mesh/world.ts';
import type { Reading, Readings } from './readings.ts';

type Check = (
  law: string,
  expected: number,
  found: number,
  unit: string,
  tolerance: number,
  text: string,
) => LawCheck;

/**
 * What a planner checks before believing a run. Little's law L = lambda W and the utilisation law are identities of any
 * sound count: those who left with the time that they took, and those still there with their time so far, make up the whole.
 */
export function lawChecks(
  world: World,
  workload: string,
  { first: from, last: to }: Pick<Readings, 'first' | 'last'>,
): LawCheck[] {
  const spanUs = to.atUs - from.atUs;
  const left = to.answered + to.abandoned + to.lost;
  if (spanUs <= 0 || left === 0) return [];
  const check: Check = (law, expected, found, unit, tolerance, text) => ({
    law,
    workload,
    expected: round(expected),
    found: round(found),
    unit,
    text,
    tolerance: round(tolerance),
    ok: Math.abs(found - expected) <= tolerance,
  });
  const edge = (ageUs: number): string =>
    ageUs === 0 ? '' : `, with ${round(ageUs / spanUs)} for those still there at the end`;
  const rounding = (value: number): number => value * 1e-9;
  return [
    check(
      "Little's law",
      (to.sojournUs + to.presentAgeUs) / spanUs,
      to.presentUs / spanUs,
      'requests',
      rounding(to.presentUs / spanUs),
      `lambda W: ${left} requests in ${round(spanUs / 1e6)} s, each there for ${round(to.sojournUs / left / 1000)} ms on the average${edge(to.presentAgeUs)}; L: counted over time`,
    ),
    check(
      'utilisation law',
      (to.serviceUs + to.workingAgeUs) / spanUs,
      to.workingUs / spanUs,
      'workers',
      rounding(to.workingUs / spanUs),
      `throughput times the mean time with a worker, ${round(to.serviceUs / left / 1000)} ms${edge(to.workingAgeUs)}; against the workers at work over time`,
    ),
    ...stationCheck(world, workload, from, to, check),
  ];
}

/**
 * M/M/c: one pod whose whole script, for all its requests, is one exponential step at a limited number of workers, with Poisson
 * arrivals at a constant rate. Anything else has no closed form here, and none is claimed.
 */
function stationCheck(world: World, workload: string, from: Reading, to: Reading, check: Check): LawCheck[] {
  const rows = world.pods.flatMap((pod, row) => (pod.workload === workload ? [row] : []));
  const behaviour = world.stations.behaviours[rows[0]!]!;
  const [step, ...more] = behaviour.script;
  if (
    rows.length !== 1 ||
    more.length > 0 ||
    step?.kind !== 'work' ||
    step.time.dist !== 'exponential' ||
    behaviour.concurrency === Infinity ||
    behaviour.queue !== undefined ||
    behaviour.paths !== undefined ||
    behaviour.fails?.some(({ when }) => when === 'before-work') === true
  )
    return [];
  const spanUs = to.atUs - from.atUs;
  const answered = to.answered - from.answered;
  const lambda = (to.arrived - from.arrived) / (spanUs / 1e6);
  const mu = 1e6 / step.time.mean;
  if (lambda >= behaviour.concurrency * mu || answered < 1000) return [];
  const station = mmc({ lambda, mu, c: behaviour.concurrency });
  if (!station.stable) return [];
  const { W } = station;
  const found = (to.sojournUs - from.sojournUs) / answered / 1000;
  return [
    check(
      'M/M/c',
      W * 1000,
      found,
      'ms',
      // Waits are correlated: relaxation time of the queue over the length of the run (Whitt 1989), four standard errors.
      (4 * W * 1000 * Math.sqrt(2 / (answered * (1 - lambda / (behaviour.concurrency * mu))))) /
        (1 - lambda / (behaviour.concurrency * mu)),
      `mean time in the application with ${behaviour.concurrency} workers at ${round(lambda)} requests a second and ${round(mu)} a second each, if arrivals are Poisson`,
    ),
  ];
}

const round = (value: number): number => Number(value.toPrecision(6));
