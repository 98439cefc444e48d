/**
 * Which object of a copied run stands for which of the original.
 *
 * A run is copied by making a second one with the same constructors and settings, whose parts then take over the state of
 * their counterparts: `copyFrom(other, copies)`. What a part may change it copies; what nobody changes (resources, routes,
 * pods) both share; and where a part holds on to an object of another part, it finds that one's copy here. So parts are
 * copied in the order of who holds whom, and streams of chance and the clock last, when all that draws and waits is there.
 */
export class Copies {
  readonly #copyOf = new Map<object, object>();

  note<T extends object>(original: T, copy: T): T {
    this.#copyOf.set(original, copy);
    return copy;
  }

  /** @throws if the original has not been copied: it belongs to a part whose turn comes later, or was forgotten. */
  of<T extends object>(original: T): T {
    const copy = this.#copyOf.get(original);
    if (copy === undefined)
      throw new Error(`nothing stands for this ${original.constructor.name} in the copy`);
    return copy as T;
  }

  /** The copy, made now if there is none yet. */
  once<T extends object>(original: T, make: (original: T) => T): T {
    return (this.#copyOf.get(original) as T | undefined) ?? this.note(original, make(original));
  }
}

/** A list or table that others hold on to gets the contents of another; gaps of a list stay gaps. */
export function refill<T>(list: T[], contents: readonly T[]): void;
export function refill<K, V>(table: Map<K, V>, contents: ReadonlyMap<K, V>): void;
export function refill<T>(set: Set<T>, contents: ReadonlySet<T>): void;
export function refill(
  whole: unknown[] | Map<unknown, unknown> | Set<unknown>,
  contents: readonly unknown[] | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>,
): void {
  if (Array.isArray(whole)) {
    const list = contents as readonly unknown[];
    whole.length = 0;
    list.forEach((each, place) => (whole[place] = each));
    whole.length = list.length;
  } else if (whole instanceof Map) {
    whole.clear();
    for (const [key, value] of contents as ReadonlyMap<unknown, unknown>) whole.set(key, value);
  } else {
    whole.clear();
    for (const each of contents as ReadonlySet<unknown>) whole.add(each);
  }
}

/** A table whose values are made anew. */
export const mapped = <K, V>(table: ReadonlyMap<K, V>, copy: (value: V) => V): Map<K, V> =>
  new Map(Array.from(table, ([key, value]) => [key, copy(value)]));
