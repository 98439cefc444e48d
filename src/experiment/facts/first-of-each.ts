/** What the first of some maps has of each key; the keys that come last of all stand first. Callers mostly hold one and the same. */
export function firstOfEach<K, V>(maps: readonly ReadonlyMap<K, V>[]): Map<K, V> {
  const last = [...new Set(maps.toReversed())];
  const found = new Map(last.flatMap((own) => [...own].reverse()));
  for (const own of [...new Set(maps)].reverse()) for (const [key, value] of own) found.set(key, value);
  return found;
}

/** Each of some plain values once. */
export const distinct = <T>(list: readonly T[]): T[] => [
  ...new Map(list.map((own) => [JSON.stringify(own), own])).values(),
];
