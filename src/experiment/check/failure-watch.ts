import { betaBinomialCS } from '../../stats/index.ts';
import { failingOf, tolerated, type Failing } from '../../verdict/failing.ts';

interface Seen {
  requests: number;
  failed: number;
  readonly reasons: Map<string, number>;
  isShown: boolean;
}

/**
 * Which versions are shown to fail more than a run tolerates, asked after every request: a confidence sequence holds at all of them at
 * once. What is k-th gets the level over (k + 1) (k + 2), which sums to
 * it over all: first what failed before a version was chosen, then the versions.
 */
export class FailureWatch {
  readonly #level: number;
  readonly #seen: Seen[] = [];
  #unrouted: Seen | undefined;
  /** Endings that are failures by themselves. */
  readonly #isFailure = new Map<string, boolean>();

  /** @param level in at most this share of watches luck shows a failure */
  constructor(level: number) {
    this.#level = level;
  }

  /**
   * One more request of that version, the `place`-th.
   * @param failure how it ended, where that is told
   * @returns what failed of it, where this request shows that first
   */
  observe(place: number, key: string, failure: string | undefined): Failing | undefined {
    const own = (this.#seen[place] ??= { requests: 0, failed: 0, reasons: new Map(), isShown: false });
    own.requests += 1;
    if (failure === undefined || !this.#fails(failure)) return undefined;
    own.failed += 1;
    own.reasons.set(failure, (own.reasons.get(failure) ?? 0) + 1);
    return this.#shown(own, place + 1, key);
  }

  /** So many failed before a version was chosen, beside so many for which one was. */
  observeUnrouted(reasons: ReadonlyMap<string, number>, chosen: number): Failing | undefined {
    const own = [...reasons].filter(([reason]) => this.#fails(reason));
    const failed = own.reduce((sum, [, times]) => sum + times, 0);
    const isShown = this.#unrouted?.isShown === true;
    if (failed === 0 || isShown || failed === this.#unrouted?.failed) return undefined;
    this.#unrouted = { requests: failed + chosen, failed, reasons: new Map(own), isShown };
    return this.#shown(this.#unrouted, 0, null);
  }

  #shown(own: Seen, place: number, key: string | null): Failing | undefined {
    if (own.isShown) return undefined;
    const alpha = this.#level / ((place + 1) * (place + 2));
    const [least] = betaBinomialCS({ k: own.failed, n: own.requests, alpha, a: 1, b: 1 });
    own.isShown = least > tolerated;
    return own.isShown ? (failingOf(key, own.requests, own.reasons, this.#level) ?? undefined) : undefined;
  }

  #fails(ending: string): boolean {
    const known = this.#isFailure.get(ending);
    if (known !== undefined) return known;
    const own = failingOf(null, 1, new Map([[ending, 1]]), this.#level) !== null;
    this.#isFailure.set(ending, own);
    return own;
  }
}
