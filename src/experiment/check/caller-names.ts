import { ownCopy } from './own-copy.ts';

interface Caller {
  readonly source: string;
  /** "" where the line does not tell it. */
  readonly proxy: string;
}

/**
 * Who called: the file stands for the proxy whose log it is, unless several proxies wrote into it. A request that a proxy answered
 * by itself carries no address of it; the file tells it all the same.
 */
export class CallerNames {
  readonly #rows = new Map<string, number>();
  readonly #callers: Caller[] = [];

  rowOf(source: string, proxy: string): number {
    const name = `${source}\n${proxy}`;
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const own = { source, proxy: ownCopy(proxy) };
    const row = this.#callers.push(own) - 1;
    this.#rows.set(`${own.source}\n${own.proxy}`, row);
    return row;
  }

  /** Names of the callers that can be told apart, and which of them each row is; -1 for one that cannot be told. */
  told(): { readonly names: readonly string[]; readonly nameOf: readonly number[] } {
    const sources = new Set(this.#callers.map(({ source }) => source));
    const proxiesIn = (source: string): number =>
      this.#callers.filter((own) => own.source === source && own.proxy !== '').length;
    const names: string[] = [];
    const nameOf = this.#callers.map(({ source, proxy }) => {
      const isOne = proxiesIn(source) <= 1;
      if (!isOne && proxy === '') return -1;
      const name = isOne ? source : sources.size > 1 ? `${proxy} in ${source}` : proxy;
      const known = names.indexOf(name);
      return known >= 0 ? known : names.push(name) - 1;
    });
    return { names, nameOf };
  }
}
