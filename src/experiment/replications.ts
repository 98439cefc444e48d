/**
 * Seeds of a number of runs. The first is the scenario's own; runs of the same replication share their arrivals and draws
 * whatever else is asked of them (common random numbers), and a replication's seed depends neither on how many there are nor on
 * who plays it.
 */
export const seedOf = (seed: string, replication: number): string =>
  replication === 0 ? seed : `${seed}/${replication}`;

export const seedsOf = (seed: string, count: number): string[] =>
  Array.from({ length: count }, (_, replication) => seedOf(seed, replication));
