import { exp, ln } from '../kernel/math.ts';
import { betaBinomialCS } from '../stats/index.ts';
import { sharesOf, type Weights } from './sighting.ts';

export interface WatchState {
  readonly n: number;
  readonly counts: readonly number[];
  /** ln of the e-value (Dirichlet(1) mixture) against the weights, at this request. */
  readonly logE: number;
  /** Always-valid p-value: the smallest 1 / e so far. Looking often does no harm. */
  readonly p: number;
  /** Confidence sequence per key: holds at every look at once, and for all keys together. */
  readonly intervals: readonly (readonly [number, number])[];
  /** The e-value has reached 1 / alpha at some request. */
  readonly alarm: boolean;
  readonly impossible: boolean;
}

/**
 * Watching a split live: an e-value per request, so that one may look after each without being fooled (Ville; Lindon and
 * Malek, arXiv 2011.03567). Under the weights it ever alarms with probability at most alpha.
 */
export class Watch {
  readonly alpha: number;
  readonly #missing: number;
  #shares: number[];
  #counts: number[];
  #n = 0;
  #logE = 0;
  #highest = 0;

  /** `missing`: how often the intervals may miss, in all; `alpha` unless told. */
  constructor(
    weights: Weights,
    { alpha, missing = alpha }: { readonly alpha: number; readonly missing?: number },
  ) {
    this.alpha = alpha;
    this.#missing = missing;
    this.#shares = sharesOf(weights.weights);
    this.#counts = this.#shares.map(() => 0);
  }

  /** One more request, by its index into the keys of the weights; one beyond them has weight 0. */
  observe(key: number): void {
    while (key >= this.#shares.length) {
      this.#shares.push(0);
      this.#counts.push(0);
    }
    const share = this.#shares[key]!;
    // Dirichlet(1): the next key has probability (count + 1) / (n + keys).
    this.#logE +=
      share === 0 ? Infinity : ln((this.#counts[key]! + 1) / (this.#n + this.#shares.length)) - ln(share);
    this.#counts[key]! += 1;
    this.#n += 1;
    if (this.#logE > this.#highest) this.#highest = this.#logE;
  }

  get n(): number {
    return this.#n;
  }

  get alarm(): boolean {
    return this.#highest >= -ln(this.alpha);
  }

  state(): WatchState {
    // Two shares are one number; of more, each interval gets its part.
    const alpha = this.#missing / (this.#shares.length <= 2 ? 1 : this.#shares.length);
    return {
      n: this.#n,
      counts: [...this.#counts],
      logE: this.#logE,
      p: this.#highest === Infinity ? 0 : exp(-this.#highest),
      intervals: this.#counts.map(
        (k) => betaBinomialCS({ k, n: this.#n, alpha, a: 1, b: 1 }) as readonly [number, number],
      ),
      alarm: this.alarm,
      impossible: this.#highest === Infinity,
    };
  }

  /** Other weights from here on: everything before is forgotten. */
  reset(weights: Weights): void {
    this.#shares = sharesOf(weights.weights);
    this.#counts = this.#shares.map(() => 0);
    this.#n = 0;
    this.#logE = 0;
    this.#highest = 0;
  }
}
