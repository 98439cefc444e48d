import { Chance } from '../../kernel/chance.ts';
import { quantileOf, shareEstimate, type Estimate } from '../estimate.ts';
import { drawLaw, fitLaw, type FittedLaw } from '../law.ts';
import type { SeenCall, SeenRequest } from './seen-request.ts';
import { answersOf } from './tree.ts';

/** What a workload does with a request, in order: what an app file's script says. */
export interface FittedScript {
  /** Requests that it rests on. */
  readonly n: number;
  readonly steps: readonly FittedStep[];
  /** Draws of the sum of its times of work, sorted, milliseconds; undefined where fewer than two make it up. */
  readonly sumsMs: readonly number[] | undefined;
  /** What the numbers do not tell, in sentences. */
  readonly notes: readonly string[];
}

export type FittedStep =
  | { readonly kind: 'work'; readonly law: FittedLaw }
  | { readonly kind: 'call'; readonly call: FittedCall }
  /** Side by side; the script goes on when all are over. */
  | { readonly kind: 'together'; readonly calls: readonly FittedCall[] };

export interface FittedCall {
  readonly key: string;
  readonly host: string;
  /** Of the callee, where it is another than the caller's; else "". */
  readonly namespace: string;
  /** undefined: no span tells. */
  readonly port: number | undefined;
  readonly method: string;
  /** As it was called most often, without its query. */
  readonly path: string;
  /** Of the requests that make it; 1 with certainty where it is never left out. */
  readonly probability: Estimate;
  readonly awaits: boolean;
  /** By the application, most that were seen. */
  readonly tries: number;
  /** What becomes of the request when it fails; undefined: no failure was seen. */
  readonly onFailure: 'body' | 'fail' | 'answer' | undefined;
  readonly failureStatus: number | undefined;
}

/** One step of calls: one call of a key, the first or a later one. */
interface Slot {
  readonly name: string;
  readonly key: string;
  readonly awaits: boolean;
  readonly count: number;
  /** Microseconds after the request began, the median. */
  readonly offsetUs: number;
}

/** Clocks of Jaeger and Zipkin are cut to whole microseconds, at the start and in the duration. */
const toleranceUs = 5;
/** What starts and durations that are cut to `roundingMs` may be off together, of two spans that are compared. */
const looseUs = (roundingMs: number): number => Math.max(toleranceUs, 3000 * roundingMs);
/** Gaps this short are the way to the sidecar and back, not work. */
const negligibleMs = 0.1;

/**
 * The script of requests of one workload (of one group of paths).
 *
 *   calls per request -> slots (a key's 1st, 2nd, ... call) -> who is not waited for -> who overlaps whom -> steps -> time between
 *
 * @param requests answered without an error, of whole traces
 * @param failed answered with an error: what they tell of failing calls
 * @param roundingMs to which times were cut, as those of logs are
 */
export function fitScript(
  requests: readonly SeenRequest[],
  failed: readonly SeenRequest[],
  source: string,
  roundingMs = 0,
): FittedScript {
  const notes: string[] = [];
  const notAwaited = keysNotAwaited(requests, roundingMs);
  const seen = requests.map((request) => slotted(request.calls));
  const slots = slotsOf(requests, seen, notAwaited);
  const elements = ordered(slots, seen, notes);
  const detail = (slot: Slot): FittedCall => describe(slot, requests, seen, failed, source);
  const stretches = requests.map((request, at) => placed(request, seen[at]!, elements));
  const { laws, sums, correlated } = segmentLaws(stretches, elements.length, source);
  if (correlated !== undefined) notes.push(correlated);
  const steps: FittedStep[] = [];
  const work = (at: number): void => {
    const law = laws[at];
    if (law !== undefined) steps.push({ kind: 'work', law });
  };
  elements.forEach((element, at) => {
    work(at);
    const calls = element.map(detail);
    steps.push(calls.length === 1 ? { kind: 'call', call: calls[0]! } : { kind: 'together', calls });
  });
  work(elements.length);
  return { n: requests.length, steps, sumsMs: sums, notes };
}

/** Keys of which more than 1 % of the calls end after the answer has left, or that nobody is meant to wait for. */
export function keysNotAwaited(requests: readonly SeenRequest[], roundingMs = 0): ReadonlySet<string> {
  const counts = new Map<string, { calls: number; after: number }>();
  for (const request of requests) {
    for (const { key, endUs, call } of request.calls) {
      const own = counts.get(key) ?? { calls: 0, after: 0 };
      counts.set(key, own);
      own.calls += 1;
      if (endUs > request.endUs + looseUs(roundingMs) || call.span.kind === 'producer' || call.span.follows)
        own.after += 1;
    }
  }
  const found = [...counts].filter(
    ([, { calls, after }]) => after / calls > 0.01 && (after >= 2 || calls < 20),
  );
  return new Set(found.map(([key]) => key));
}

const slotted = (calls: readonly SeenCall[]): ReadonlyMap<string, SeenCall> => {
  const counts = new Map<string, number>();
  return new Map(
    calls.map((call) => {
      const count = (counts.get(call.key) ?? 0) + 1;
      counts.set(call.key, count);
      return [`${call.key}#${count}`, call];
    }),
  );
};

/** In order of when they begin; those that hardly any request makes are left out. */
function slotsOf(
  requests: readonly SeenRequest[],
  seen: readonly ReadonlyMap<string, SeenCall>[],
  notAwaited: ReadonlySet<string>,
): Slot[] {
  const offsets = new Map<string, { key: string; offsetsUs: number[] }>();
  seen.forEach((calls, at) => {
    for (const [name, { key, startUs }] of calls) {
      const own = offsets.get(name) ?? { key, offsetsUs: [] };
      offsets.set(name, own);
      own.offsetsUs.push(startUs - requests[at]!.startUs);
    }
  });
  return [...offsets]
    .map(([name, { key, offsetsUs }]) => ({
      name,
      key,
      awaits: !notAwaited.has(key),
      count: offsetsUs.length,
      offsetUs: quantileOf(
        offsetsUs.sort((one, other) => one - other),
        0.5,
      ),
    }))
    .filter(({ count }) => count >= 0.002 * requests.length && (count > 1 || requests.length < 100))
    .sort((one, other) => one.offsetUs - other.offsetUs || (one.name < other.name ? -1 : 1));
}

/** Slots to elements of the script, each a call or several side by side; calls that nobody waits for stand alone. */
function ordered(
  slots: readonly Slot[],
  seen: readonly ReadonlyMap<string, SeenCall>[],
  notes: string[],
): Slot[][] {
  const groups: Slot[][] = [];
  for (const slot of slots.filter(({ awaits }) => awaits)) {
    const group = groups[groups.length - 1];
    const shares = group?.map((member) => overlapShare(member, slot, seen)) ?? [];
    const known = shares.filter((share) => share !== undefined);
    const isBeside = known.length > 0 && known.every((share) => share > 0.5);
    if (isBeside) group!.push(slot);
    else groups.push([slot]);
    const mixed = known.find((share) => share > 0.05 && share < 0.95);
    if (mixed !== undefined) {
      notes.push(
        `the call of ${hostOf(slot.key)} is beside the one before it in ${Math.round(mixed * 100)} % of the requests, and behind it in the others; the script has it ${isBeside ? 'beside' : 'behind'} it in all`,
      );
    }
  }
  const places = groups.map((group) => ({ group, after: [] as Slot[] }));
  const first: Slot[] = [];
  for (const slot of slots.filter(({ awaits }) => !awaits)) {
    const passed = groups.findLastIndex((group) => startsAfter(slot, group, seen));
    (places[passed]?.after ?? first).push(slot);
  }
  return [
    ...first.map((slot) => [slot]),
    ...places.flatMap(({ group, after }) => [group, ...after.map((slot) => [slot])]),
  ];
}

/** Of the requests that make both, how many start each before the other is over; undefined: none makes both. */
function overlapShare(
  one: Slot,
  other: Slot,
  seen: readonly ReadonlyMap<string, SeenCall>[],
): number | undefined {
  let both = 0;
  let overlapping = 0;
  for (const calls of seen) {
    const a = calls.get(one.name);
    const b = calls.get(other.name);
    if (a === undefined || b === undefined) continue;
    both += 1;
    if (a.startUs < b.endUs - toleranceUs && b.startUs < a.endUs - toleranceUs) overlapping += 1;
  }
  return both === 0 ? undefined : overlapping / both;
}

function startsAfter(
  slot: Slot,
  group: readonly Slot[],
  seen: readonly ReadonlyMap<string, SeenCall>[],
): boolean {
  let both = 0;
  let after = 0;
  for (const calls of seen) {
    const own = calls.get(slot.name);
    const others = group.flatMap(({ name }) => calls.get(name) ?? []);
    if (own === undefined || others.length === 0) continue;
    both += 1;
    if (others.every(({ endUs }) => own.startUs >= endUs - toleranceUs)) after += 1;
  }
  return after > both / 2;
}

/** When each element was under way in one request; the time of calls that are staggered counts as work before them. */
interface Placed {
  readonly at: number;
  readonly startUs: number;
  readonly endUs: number;
}

interface PlacedRequest {
  readonly fromUs: number;
  readonly toUs: number;
  readonly elements: readonly Placed[];
}

function placed(
  request: SeenRequest,
  calls: ReadonlyMap<string, SeenCall>,
  elements: readonly (readonly Slot[])[],
): PlacedRequest {
  return {
    fromUs: request.startUs + request.waitMs * 1000,
    toUs: request.endUs,
    elements: elements.flatMap((element, at) => {
      const own = element.flatMap(({ name }) => calls.get(name) ?? []);
      if (own.length === 0) return [];
      if (!element[0]!.awaits) return [{ at, startUs: own[0]!.startUs, endUs: own[0]!.startUs }];
      const endUs = Math.max(...own.map((call) => call.endUs));
      const longestUs = Math.max(...own.map((call) => call.endUs - call.startUs));
      return [{ at, startUs: endUs - longestUs, endUs }];
    }),
  };
}

/**
 * Laws of the time before, between and after the elements, from requests that made both neighbours. A stretch that is too short to be
 * work is counted to the one behind it, the last to the one before. Where independent draws of all of them miss the 99th percentile of their sum by more than
 * 10 %, they are not independent: one law of the whole stands where the longest of them does.
 */
function segmentLaws(
  requests: readonly PlacedRequest[],
  count: number,
  source: string,
): {
  readonly laws: readonly (FittedLaw | undefined)[];
  readonly sums: readonly number[] | undefined;
  readonly correlated: string | undefined;
} {
  const raw = segmentsMs(requests, count, new Set());
  const whole = raw.map((values) => mean(values)).reduce((sum, value) => sum + value, 0);
  const negligible = negligibleOf(raw, whole);
  const values = segmentsMs(requests, count, negligible);
  const laws = values.map((own, at) => (negligible.has(at) ? undefined : fitLaw(own, source)));
  const complete = requests.filter(({ elements }) => elements.length === count);
  if (laws.filter((law) => law !== undefined).length < 2 || complete.length < 100)
    return { laws, sums: undefined, correlated: undefined };
  const seenSums = complete
    .map((request) => segmentsMs([request], count, negligible).flat())
    .map((own) => own.reduce((sum, value) => sum + value, 0));
  const seen = quantileOf(
    [...seenSums].sort((one, other) => one - other),
    0.99,
  );
  const sums = independentSums(laws);
  const drawn = quantileOf(sums, 0.99);
  if (Math.abs(drawn / seen - 1) <= 0.1) return { laws, sums, correlated: undefined };
  const longest = values.reduce((best, own, at) => (mean(own) > mean(values[best]!) ? at : best), 0);
  return {
    laws: laws.map((_, at) => (at === longest ? fitLaw(seenSums, source) : undefined)),
    sums: undefined,
    correlated: `the times between its calls are not independent: drawn alone, their sum would have a 99th percentile of ${drawn.toFixed(2)} ms, and ${seen.toFixed(2)} ms were seen; all of its own time stands in one place`,
  };
}

/** Stretches too short to be work; where all are, the longest is kept. */
function negligibleOf(segmentsMs: readonly (readonly number[])[], wholeMs: number): ReadonlySet<number> {
  const longest = segmentsMs.reduce((best, own, at) => (mean(own) > mean(segmentsMs[best]!) ? at : best), 0);
  const found = segmentsMs.flatMap((own, at) => {
    if (own.length === 0 || at === longest) return [];
    const median = quantileOf(
      [...own].sort((one, other) => one - other),
      0.5,
    );
    return median < negligibleMs && (mean(own) < wholeMs / 20 || mean(own) < negligibleMs / 2) ? [at] : [];
  });
  return new Set(found);
}

/** Milliseconds by segment: `count` before the elements, one behind the last. */
function segmentsMs(
  requests: readonly PlacedRequest[],
  count: number,
  negligible: ReadonlySet<number>,
): number[][] {
  const values: number[][] = Array.from({ length: count + 1 }, () => []);
  for (const { fromUs, toUs, elements } of requests) {
    let before = -1;
    let reachedUs = fromUs;
    let carriedMs = 0;
    let last: number[] | undefined;
    for (const { at, startUs, endUs } of [...elements, { at: count, startUs: toUs, endUs: toUs }]) {
      const ms = Math.max(0, startUs - reachedUs) / 1000;
      if (before === at - 1) {
        if (!negligible.has(at)) {
          last = values[at]!;
          last.push(ms + carriedMs);
          carriedMs = 0;
        } else if (at < count) carriedMs += ms;
        else if (last !== undefined) last[last.length - 1]! += ms + carriedMs;
      } else carriedMs = 0;
      before = at;
      reachedUs = Math.max(reachedUs, endUs);
    }
  }
  return values;
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sums of independent draws, sorted. */
function independentSums(laws: readonly (FittedLaw | undefined)[]): number[] {
  const stream = new Chance('fit').stream('segments');
  const sums = Array.from({ length: 20_000 }, () =>
    laws.reduce((sum, own) => (own === undefined ? sum : sum + drawLaw(own.law, stream)), 0),
  );
  return sums.sort((one, other) => one - other);
}

function describe(
  slot: Slot,
  requests: readonly SeenRequest[],
  seen: readonly ReadonlyMap<string, SeenCall>[],
  failed: readonly SeenRequest[],
  source: string,
): FittedCall {
  const calls = seen.flatMap((own) => own.get(slot.name) ?? []);
  const { span } = calls[0]!.call;
  const left = requests.length - slot.count;
  const share = shareEstimate(slot.count, requests.length, source);
  return {
    key: slot.key,
    host: hostOf(slot.key),
    namespace: otherNamespace(calls[0]!),
    port: span.port,
    method: span.method || 'GET',
    path: usualPath(calls),
    // A few lost spans are no choice of the application.
    probability: left <= 0.005 * requests.length ? { ...share, value: 1, high: 1 } : share,
    awaits: slot.awaits,
    tries: Math.max(...calls.map(({ tries }) => tries)),
    ...consequence(slot.key, requests, failed),
  };
}

function otherNamespace({ call }: SeenCall): string {
  const callee = answersOf(call)[0]?.span.namespace ?? '';
  return callee === call.caller?.span.namespace ? '' : callee;
}

/** What came of requests in which the call failed for good. */
function consequence(
  key: string,
  answered: readonly SeenRequest[],
  failed: readonly SeenRequest[],
): Pick<FittedCall, 'onFailure' | 'failureStatus'> {
  const hasFailing = (request: SeenRequest): boolean =>
    request.calls.some((call) => call.key === key && call.isError);
  const went = answered.filter(hasFailing).length;
  const gave = failed.filter(hasFailing);
  if (went + gave.length === 0) return { onFailure: undefined, failureStatus: undefined };
  if (went >= gave.length) return { onFailure: 'body', failureStatus: undefined };
  const same = gave.filter(
    (request) => request.calls.find((call) => call.key === key && call.isError)?.status === request.status,
  ).length;
  const statuses = gave.flatMap(({ status }) => status ?? []);
  const failureStatus = mostFrequent(statuses);
  return 2 * same > gave.length
    ? { onFailure: 'answer', failureStatus: undefined }
    : { onFailure: 'fail', failureStatus };
}

function usualPath(calls: readonly SeenCall[]): string {
  return mostFrequent(calls.map(({ call }) => call.span.path.split(/[?#]/)[0]! || '/')) ?? '/';
}

function mostFrequent<T>(values: Iterable<T>): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: T | undefined;
  for (const [value, count] of counts) if (best === undefined || count > counts.get(best)!) best = value;
  return best;
}

/** A key is `host|port|method|path`. */
export const hostOf = (key: string): string => key.slice(0, key.indexOf('|'));
