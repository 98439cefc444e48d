import type { Sighting, Weights } from '../../src/verdict/sighting.ts';
import type { Made } from './generate.ts';

/** Two versions, as most tests have them. */
export const keys = ['v1', 'v3'];

/** What somebody saw who saw all of it. */
export function seen({ sequence, clients, attempts }: Made, names: readonly string[] = keys): Sighting {
  return {
    keys: names,
    counts: names.map((_, key) => sequence.filter((own) => own === key).length),
    sequence: Int32Array.from(sequence),
    ...(clients === undefined ? {} : { clients: Int32Array.from(clients) }),
    ...(attempts === undefined ? {} : { attempts: Int32Array.from(attempts) }),
  };
}

/** The same without its order. */
export function tallied({ sequence }: Made, names: readonly string[] = keys): Sighting {
  const { counts } = seen({ sequence }, names);
  return { keys: names, counts };
}

/** Weights in per cent: of the first version, the other having the rest. */
export const weightsOf = (percent: number): Weights => ({ keys, weights: [percent, 100 - percent] });
