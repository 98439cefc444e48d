import type { Random } from '../random.ts';

/** One family of inputs and what must hold of each. */
export interface FuzzKind {
  /** Makes an input, tries it, and throws where something does not hold. `show` is told the input before it is tried. */
  try(random: Random, show: (input: string) => void): Promise<void>;
}

/** What must hold, with the words of its breach. */
export function must(holds: boolean, breach: string): void {
  if (!holds) throw new Error(breach);
}
