import { identityOf } from '../../accesslog/identity.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import { NumberSet } from './number-set.ts';

/** What tells a request from all others, as its reader knows it or as it is made of its parts; undefined: nothing does. */
export const identityIn = (request: RecordedRequest): number | undefined =>
  request.identity ?? identityOf(request);

/** Requests that are remembered: 64 MB at most. What comes later is not looked for any more. */
const mostRemembered = 4_000_000;

/** So many of the newest are looked up in a table that the processor's caches hold; and so many of those before them. */
const mostRecent = 4_096;

/**
 * Which requests were read before: the same line stands in two files, or one file was given twice. Its time belongs to what a request
 * is, so that one that began after all that are old is none of these: of a log in about the order of time the old ones are but a
 * list, and become a table when a request comes from their days.
 */
export class SeenRequests {
  #recent = new NumberSet(mostRecent);
  #recentUntilUs = Number.NEGATIVE_INFINITY;
  #before = new NumberSet(mostRecent);
  #beforeUntilUs = Number.NEGATIVE_INFINITY;
  #old = new Float64Array(mostRecent);
  #oldCount = 0;
  #oldUntilUs = Number.NEGATIVE_INFINITY;
  #oldSet: NumberSet | undefined;
  #count = 0;

  /** Whether it was read before; a request without an identity (`identityIn`) never was. */
  isRepeated({ startUs }: RecordedRequest, identity: number | undefined): boolean {
    if (identity === undefined) return false;
    if (this.#before.has(identity)) return true;
    if (startUs <= this.#oldUntilUs && this.#isOld(identity)) return true;
    if (this.#count === mostRemembered) return this.#recent.has(identity);
    if (!this.#recent.add(identity)) return true;
    this.#count += 1;
    if (startUs > this.#recentUntilUs) this.#recentUntilUs = startUs;
    if (this.#recent.size === mostRecent) this.#turn();
    return false;
  }

  #isOld(identity: number): boolean {
    if (this.#oldSet === undefined) {
      this.#oldSet = new NumberSet(this.#oldCount);
      for (let at = 0; at < this.#oldCount; at += 1) this.#oldSet.add(this.#old[at]!);
      this.#old = new Float64Array(0);
    }
    return this.#oldSet.has(identity);
  }

  /** Those before become old, and the recent ones those before. */
  #turn(): void {
    const spare = this.#before;
    spare.forEach((identity) => this.#growOld(identity));
    this.#oldUntilUs = Math.max(this.#oldUntilUs, this.#beforeUntilUs);
    spare.clear();
    this.#before = this.#recent;
    this.#beforeUntilUs = this.#recentUntilUs;
    this.#recent = spare;
    this.#recentUntilUs = Number.NEGATIVE_INFINITY;
  }

  #growOld(identity: number): void {
    if (this.#oldSet !== undefined) {
      this.#oldSet.add(identity);
      return;
    }
    if (this.#oldCount === this.#old.length) {
      const larger = new Float64Array(this.#old.length * 2);
      larger.set(this.#old);
      this.#old = larger;
    }
    this.#old[this.#oldCount] = identity;
    this.#oldCount += 1;
  }
}
