import { mustBeCount, mustBeNonNegative, mustBeNumbers, refuse } from '../argument.ts';

interface Jobs {
  readonly arrivals: readonly number[];
  readonly services: readonly number[];
}

/**
 * First come, first served on c servers: the wait and the departure of each job, exact to the arithmetic of doubles.
 * Each job takes the server that is free first.
 * @throws RangeError unless there is a service time >= 0 for each arrival, arrivals never fall, and c is 1 or more.
 */
export function fcfsTrace({ arrivals, services, c }: Jobs & { readonly c: number }): {
  readonly waits: number[];
  readonly departures: number[];
} {
  mustBeJobs(arrivals, services);
  mustBeCount('c', c, 1);
  // More servers than jobs are never used.
  const freeAt = new Array<number>(Math.min(c, arrivals.length)).fill(-Infinity);
  const waits: number[] = [];
  const departures: number[] = [];
  arrivals.forEach((arrival, i) => {
    let server = 0;
    for (let s = 1; s < freeAt.length; s += 1) if (freeAt[s]! < freeAt[server]!) server = s;
    const start = Math.max(arrival, freeAt[server]!);
    freeAt[server] = start + services[i]!;
    waits.push(start - arrival);
    departures.push(freeAt[server]!);
  });
  return { waits, departures };
}

/**
 * Egalitarian processor sharing at a total rate of 1: the departure of each job.
 * @throws RangeError unless there is a service time >= 0 for each arrival and arrivals never fall.
 */
export function psTrace({ arrivals, services }: Jobs): { readonly departures: number[] } {
  mustBeJobs(arrivals, services);
  const departures = arrivals.map(() => NaN);
  const left = [...services];
  let present: number[] = [];
  let now = 0;
  let next = 0;
  while (next < arrivals.length || present.length > 0) {
    const least = present.reduce((min, job) => Math.min(min, left[job]!), Infinity);
    const done = now + least * present.length;
    const arrival = arrivals[next] ?? Infinity;
    if (present.length > 0 && done <= arrival) {
      present.forEach((job) => (left[job] = left[job]! - least));
      present.filter((job) => left[job]! <= 0).forEach((job) => (departures[job] = done));
      present = present.filter((job) => left[job]! > 0);
      now = done;
    } else {
      const served = present.length > 0 ? (arrival - now) / present.length : 0;
      present.forEach((job) => (left[job] = left[job]! - served));
      now = arrival;
      present.push(next);
      next += 1;
    }
  }
  return { departures };
}

function mustBeJobs(arrivals: readonly number[], services: readonly number[]): void {
  mustBeNumbers('arrivals', arrivals);
  mustBeNumbers('services', services);
  if (services.length !== arrivals.length)
    refuse('services', services, `a list of ${arrivals.length} service times`);
  services.forEach((service, i) => mustBeNonNegative(`services[${i}]`, service));
  for (let i = 1; i < arrivals.length; i += 1) {
    if (arrivals[i]! < arrivals[i - 1]!) refuse(`arrivals[${i}]`, arrivals[i], `${arrivals[i - 1]} or later`);
  }
}
