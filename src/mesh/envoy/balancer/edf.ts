import { copyColumns, grown, growColumns, nextLength } from '../../../kernel/columns.ts';

/** Picks that are emulated at most when a schedule is built: UINT32_MAX / 10, rounded down. */
const MOST_EMULATED_PICKS = 429496729;
/** Added to each weight while picks are emulated, so that multiples of a weight do not share a deadline. */
const WEIGHT_EPSILON = 1e-13;

/**
 * Earliest deadline first: weighted round robin for any positive weights (Envoy, source/common/upstream/edf_scheduler.h).
 *
 * Each entry has a deadline in virtual time (pure number: weight times virtual time is a number of picks). A pick takes
 * the earliest one, makes its deadline the present, and puts it back at now + 1 / weight, with the weight it has then: a
 * weight that changes meanwhile is noticed no sooner than at the next pick of its entry. Equal deadlines leave in order
 * of insertion. A removed entry stays in the heap until its turn comes, and is then dropped.
 *
 * The heap lies in columns; a pick allocates nothing.
 */
export class EdfSchedule {
  readonly #heap: Readonly<Record<'deadline' | 'order', Float64Array>> &
    /** `life`: which life of its entry a place in the heap belongs to. */
    Readonly<Record<'entry' | 'life', Int32Array>>;
  #placeCount = 0;
  /** By entry: its present life, odd while it is a member. */
  #lifeOf: Int32Array;
  #entryCount = 0;
  #inserted = 0;
  #now = 0;

  /** Room for so many entries at first; more may be added. */
  constructor(capacity = 8) {
    this.#heap = {
      deadline: new Float64Array(capacity),
      order: new Float64Array(capacity),
      entry: new Int32Array(capacity),
      life: new Int32Array(capacity),
    };
    this.#lifeOf = new Int32Array(capacity);
  }

  /**
   * A schedule of entries 0 .. count-1 that looks as if P picks had been made already, P being the seed modulo 429496729,
   * so that proxies (and workers) do not all begin with the same entry. Each entry is given floor(P * weight / sum) picks
   * at once; those that are missing are made one by one. The same seed gives the same phase: a rebuild after a change
   * of membership repeats it.
   *
   * Entries whose weight is 0 are left out, as Envoy leaves out localities without eligible hosts.
   * @param seed 32 bits without sign: the low half of the balancer's 64-bit seed.
   */
  static withPicks(count: number, weightOf: (index: number) => number, seed: number): EdfSchedule {
    const schedule = new EdfSchedule(count);
    const picks = (seed >>> 0) % MOST_EMULATED_PICKS;
    let sum = 0;
    for (let index = 0; index < count; index += 1) {
      const weight = weightOf(index);
      if (weight !== 0) sum += mustBeWeight(weight) + WEIGHT_EPSILON;
    }
    let picked = 0;
    let latest = 0;
    for (let index = 0; index < count; index += 1) {
      const plain = weightOf(index);
      if (plain === 0) continue;
      const weight = plain + WEIGHT_EPSILON;
      let share = Math.floor((weight * picks) / sum);
      // Where floating point made the floor greater than the product itself, the pick is made later, with the missing.
      if (share > 0 && share / weight >= picks / sum) share -= 1;
      schedule.#insert(index, (share + 1) / weight);
      latest = Math.max(latest, share / weight);
      picked += share;
    }
    schedule.#now = latest;
    if (schedule.size > 0) for (; picked < picks; picked += 1) schedule.pick(weightOf);
    return schedule;
  }

  /** Entries that can be picked. */
  get size(): number {
    return this.#entryCount;
  }

  /** Virtual time: the deadline of the last pick. */
  get now(): number {
    return this.#now;
  }

  /**
   * Enters an entry, due at now + 1 / weight.
   * @throws RangeError if it is a member already, or the weight is not above 0.
   */
  add(index: number, weight: number): void {
    if (!(Number.isInteger(index) && index >= 0))
      throw new RangeError(`entry ${index} is not an index 0, 1, ...`);
    if (this.#isMember(index)) throw new RangeError(`entry ${index} is in the schedule already`);
    this.#insert(index, this.#now + 1 / mustBeWeight(weight));
  }

  /** Forgets an entry; its place in the heap is dropped when its deadline comes. Removing a stranger does nothing. */
  remove(index: number): void {
    if (!this.#isMember(index)) return;
    this.#lifeOf[index] = this.#lifeOf[index]! + 1;
    this.#entryCount -= 1;
  }

  /**
   * The entry of the earliest deadline, which is put back with the weight that `weightOf` gives for it now; -1 if the
   * schedule is empty.
   * @throws RangeError if that weight is not above 0.
   */
  pick(weightOf: (index: number) => number): number {
    while (this.#placeCount > 0) {
      const index = this.#heap.entry[0]!;
      if (this.#heap.life[0]! === this.#lifeOf[index]!) {
        this.#now = this.#heap.deadline[0]!;
        const next = this.#now + 1 / mustBeWeight(weightOf(index));
        this.#sink(next, this.#inserted, index, this.#heap.life[0]!);
        this.#inserted += 1;
        return index;
      }
      this.#dropFirst();
    }
    return -1;
  }

  #isMember(index: number): boolean {
    return index < this.#lifeOf.length && (this.#lifeOf[index]! & 1) === 1;
  }

  #insert(index: number, deadline: number): void {
    if (index >= this.#lifeOf.length) {
      this.#lifeOf = grown(this.#lifeOf, nextLength(this.#lifeOf.length, index + 1));
    }
    if (this.#placeCount === this.#heap.entry.length) growColumns(this.#heap, nextLength(this.#placeCount));
    const life = this.#lifeOf[index]! + 1;
    this.#lifeOf[index] = life;
    this.#entryCount += 1;
    this.#rise(deadline, this.#inserted, index, life);
    this.#inserted += 1;
  }

  /** Takes a new place at the end and lets it rise. */
  #rise(deadline: number, order: number, index: number, life: number): void {
    let at = this.#placeCount;
    this.#placeCount += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(deadline, order, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, deadline, order, index, life);
  }

  /** Takes the first place and lets it sink. */
  #sink(deadline: number, order: number, index: number, life: number): void {
    const count = this.#placeCount;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      if (
        child + 1 < count &&
        this.#isBefore(this.#heap.deadline[child + 1]!, this.#heap.order[child + 1]!, child)
      ) {
        child += 1;
      }
      if (this.#isBefore(deadline, order, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, deadline, order, index, life);
  }

  #dropFirst(): void {
    this.#placeCount -= 1;
    const last = this.#placeCount;
    if (last === 0) return;
    this.#sink(
      this.#heap.deadline[last]!,
      this.#heap.order[last]!,
      this.#heap.entry[last]!,
      this.#heap.life[last]!,
    );
  }

  #isBefore(deadline: number, order: number, place: number): boolean {
    const other = this.#heap.deadline[place]!;
    return deadline < other || (deadline === other && order < this.#heap.order[place]!);
  }

  #move(from: number, to: number): void {
    this.#set(
      to,
      this.#heap.deadline[from]!,
      this.#heap.order[from]!,
      this.#heap.entry[from]!,
      this.#heap.life[from]!,
    );
  }

  #set(at: number, deadline: number, order: number, index: number, life: number): void {
    this.#heap.deadline[at] = deadline;
    this.#heap.order[at] = order;
    this.#heap.entry[at] = index;
    this.#heap.life[at] = life;
  }

  /** The same schedule, free to go another way. */
  copy(): EdfSchedule {
    const copy = new EdfSchedule();
    copyColumns(copy.#heap, this.#heap);
    copy.#placeCount = this.#placeCount;
    copy.#lifeOf = this.#lifeOf.slice();
    copy.#entryCount = this.#entryCount;
    copy.#inserted = this.#inserted;
    copy.#now = this.#now;
    return copy;
  }
}

/** Whether hosts are picked by a schedule, and why. */
export interface SchedulePlan {
  readonly scheduled: boolean;
  readonly reason: 'one host or none' | 'weights differ' | 'slow start' | 'bias is set' | 'weights are equal';
}

/**
 * Round robin and least request use a schedule only where the simple pick (in turn; two choices) would not do
 * (load_balancer_impl.cc, EdfLoadBalancerBase::refresh).
 * @param slowStart whether the balancer is within the slow start window of its latest host.
 * @param biasForces whether a configured active_request_bias forces the schedule: a guard of 2026, off by default.
 */
export function schedulePlan(
  weights: ArrayLike<number>,
  slowStart: boolean,
  biasForces = false,
): SchedulePlan {
  if (weights.length <= 1) return { scheduled: false, reason: 'one host or none' };
  for (let i = 1; i < weights.length; i += 1) {
    if (weights[i] !== weights[0]) return { scheduled: true, reason: 'weights differ' };
  }
  if (slowStart) return { scheduled: true, reason: 'slow start' };
  return biasForces
    ? { scheduled: true, reason: 'bias is set' }
    : { scheduled: false, reason: 'weights are equal' };
}

function mustBeWeight(weight: number): number {
  if (!(weight > 0 && weight < Infinity)) throw new RangeError(`weight ${weight} is not above 0`);
  return weight;
}
