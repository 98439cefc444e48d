/** Tells apart those that bear a name which others bore before them: "a", "a#2", "a#3". */
export class Namesakes {
  readonly #counts = new Map<string, number>();

  next(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  }
}
