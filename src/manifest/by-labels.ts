import type { Labels } from './labels.ts';

/**
 * Things with the rarest of the labels that are asked for, in their order: all that have every one of them are among these, and so
 * nobody needs to look at the others. Who asks for no label gets all.
 */
export function byLabels<Thing>(
  things: readonly Thing[],
  labelsOf: (own: Thing) => Labels,
): (wanted: Labels) => readonly Thing[] {
  const byLabel = new Map<string, Thing[]>();
  for (const own of things) {
    for (const [label, value] of Object.entries(labelsOf(own))) {
      const key = keyOf(label, value);
      const known = byLabel.get(key);
      if (known === undefined) byLabel.set(key, [own]);
      else known.push(own);
    }
  }
  return (wanted) => {
    const lists = Object.entries(wanted).map(([label, value]) => byLabel.get(keyOf(label, value)) ?? []);
    const [rarest = things] = lists.sort((a, b) => a.length - b.length);
    return rarest;
  };
}

const keyOf = (label: string, value: string): string => JSON.stringify([label, value]);
