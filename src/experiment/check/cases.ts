import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import type { Amounts } from './amounts.ts';
import { placeChanges, type Change, type PlacedChange } from './changes.ts';
import { anyService, isHost, shortName, type Backend, type ChoiceRules } from './choice.ts';
import { evidences, evidenceWords, type Evidence } from './evidence.ts';
import { RouteSplit } from './route-split.ts';
import type { ServiceWeights } from './manifest-weights.ts';
import type { CheckOptions, Question } from './question.ts';
import type { SeenPast } from '../../verdict/past.ts';
import { count, type Reading } from './reading.ts';
import { refusal } from './refused.ts';
import { failureOf } from './request-failure.ts';
import { Tally } from './tally.ts';
import { isOfTheirKind } from './version-name.ts';

/** One service: what was seen of it and what it should have been. */
export interface Case {
  /** "" where neither the data nor the user names one. */
  readonly service: string;
  readonly tally: Tally;
  /** Before the first change; versions that are not named have none. */
  readonly weights: Amounts;
  readonly changes: readonly PlacedChange[];
  /** What tells of it, and which files. */
  readonly evidence?: Evidence;
  readonly sources?: ReadonlySet<string>;
  /** Requests for it that no rule with these weights chose a version for. */
  readonly past?: SeenPast;
}

/** Hears of each choice as it is read; for watching live. */
export interface Listener {
  /** `phase`: how many changes of weights were in force; `failure`: how it ended, where it was not simply answered. */
  chosen(own: Case, row: number, phase: number, startUs: number, failure?: string): void;
  /** All that came so far has been told. */
  caughtUp(): void;
}

interface OpenCase extends Case {
  readonly evidence: Evidence;
  readonly sources: Set<string>;
  /** Where other rules send to the service, too. */
  readonly routes?: RouteSplit;
}

/** Cases by service and by what tells of it, begun when the first choice is read. */
export class Cases {
  readonly #plan: readonly ServiceWeights[];
  readonly #changes: readonly Change[];
  readonly #reading: Reading;
  readonly #listener: Listener | undefined;
  /** Whether the user said which service is meant. */
  readonly #isNamed: boolean;
  /** Whether sidecars and gateways hold rules of their own for one service. */
  readonly #isHeldByKind: boolean;
  readonly #cases = new Map<Evidence, Map<string, OpenCase | undefined>>(
    evidences.map((own) => [own, new Map()]),
  );
  #placed: readonly PlacedChange[] | undefined;

  constructor(
    plan: readonly ServiceWeights[],
    changes: readonly Change[],
    reading: Reading,
    listener: Listener | undefined,
    isNamed = false,
    firstUs?: number,
  ) {
    this.#isNamed = isNamed;
    if (firstUs !== undefined) this.#placed = place(changes, firstUs);
    this.#isHeldByKind = plan.some(
      ({ heldBy, service }) =>
        heldBy !== undefined && plan.some((own) => own.service === service && own.heldBy !== heldBy),
    );
    this.#plan = plan;
    this.#changes = changes;
    this.#reading = reading;
    this.#listener = listener;
  }

  add(
    service: string,
    key: string,
    request: RecordedRequest,
    source: string,
    evidence: Evidence,
    isSubset = false,
  ): void {
    const { startUs } = request;
    const cases = this.#cases.get(evidence)!;
    const planned = this.#isHeldByKind ? this.#heldFor(service, request) : undefined;
    const name = planned?.heldBy === undefined ? service : `${service} ${planned.heldBy}`;
    let own = cases.get(name);
    if (own === undefined && !cases.has(name)) {
      own = this.#begin(service, planned ?? this.#planFor(service), startUs, evidence);
      cases.set(name, own);
    }
    if (own === undefined) {
      this.#reading.leave('to other services');
      return;
    }
    const leftOut = own.routes?.leaves(key, request);
    if (leftOut !== undefined) {
      this.#reading.leave(leftOut, request.times);
      return;
    }
    if (!own.sources.has(source)) own.sources.add(source);
    const phase = own.tally.phaseOf(startUs);
    const known = own.tally.keys.length;
    const failure = failureOf(request);
    const row = own.tally.add(key, request, source, failure, isSubset ? service : undefined);
    // What a cluster calls a subset is one; other words may be for something else.
    if (service === anyService && own.tally.keys.length > known) refuseOtherWords(own.tally);
    refuseMany(own.tally);
    this.#listener?.chosen(own, row, phase, startUs, failure);
  }

  /** The cases to judge, none where nothing was seen: all that manifests speak of, the one that plain weights can mean. */
  judged(): Case[] {
    return this.#meant().map((own) => {
      // Where a weight is that of the service as a whole, going there is a choice.
      const whole = shortName(own.service);
      const isWhole =
        own.service === anyService ||
        own.tally.planned.includes(whole) ||
        this.#planFor(own.service)?.routes?.rules.some(({ keys }) => keys.includes(whole)) === true;
      const past = isWhole ? undefined : this.#reading.past.of(own.service);
      return past === undefined ? own : { ...own, past };
    });
  }

  /** Those that are meant of all that were seen. */
  #meant(): Case[] {
    const all = this.#firstOfEach();
    for (const cases of this.#cases.values())
      for (const own of cases.values()) this.#reading.notes.push(...(own?.routes?.notes() ?? []));
    if (!all.every(({ tally }) => tally.isPlaced)) {
      throw refusal(
        'usage',
        'MS4008',
        'the data tell no times, so that which weights a request was drawn by is not known: leave out --change, or give counts of one time only',
      );
    }
    // A short host that services of several namespaces have names them all.
    if (this.#plan[0]!.service !== anyService || this.#isNamed || all.length <= 1) return all;
    const fitting = all.filter(({ weights, tally }) =>
      weights.keys.every(
        (key, index) => weights.values[index] === 0 || tally.counts[tally.keys.indexOf(key)]! > 0,
      ),
    );
    const isNamesake = ({ service }: Case): boolean =>
      service !== fitting[0]?.service && shortName(service) === shortName(fitting[0]?.service ?? '');
    if (fitting.length !== 1 || all.some(isNamesake)) {
      const names = all.map((own) => shortName(own.service));
      const isUnique = new Set(names).size === names.length;
      const seen = all.map(
        (own, place) => `${isUnique ? names[place]! : own.service} (${count(own.tally.total, 'request')})`,
      );
      throw refusal('usage', 'MS4005', `the data holds choices of ${seen.join(', ')}: say which with --host`);
    }
    const others = all.filter((own) => own !== fitting[0]);
    this.#reading.notes.push(
      `Judged is ${fitting[0]!.service}; also seen: ${others.map((own) => own.service).join(', ')}.`,
    );
    return fitting;
  }

  /** Of each service the case of the first evidence that tells of it; the others are named. */
  #firstOfEach(): Case[] {
    const all = evidences
      .flatMap((evidence) => [...this.#cases.get(evidence)!.values()])
      .flatMap((own) => (own === undefined || own.tally.total === 0 ? [] : [own]));
    const first: OpenCase[] = [];
    for (const own of all) {
      const named = first.filter((other) => other.service !== anyService);
      const same = first.find(
        (other) =>
          isSame(other.service, own.service) ||
          ((other.service === anyService || own.service === anyService) && named.length <= 1),
      );
      if (same === undefined || same.evidence === own.evidence) first.push(own);
      else this.#reading.notes.push(notAdded(own, same));
    }
    return first;
  }

  #begin(
    service: string,
    planned: ServiceWeights | undefined,
    startUs: number,
    evidence: Evidence,
  ): OpenCase | undefined {
    if (planned === undefined) return undefined;
    this.#placed ??= place(this.#changes, startUs);
    const tally = new Tally(keysOf(planned.weights, this.#placed), this.#placed);
    const name = service === anyService ? planned.service : service.split('').join('');
    return {
      service: name,
      tally,
      weights: planned.weights,
      changes: this.#placed,
      evidence,
      sources: new Set(),
      ...(planned.routes === undefined ? {} : { routes: new RouteSplit(planned.routes) }),
    };
  }

  /** The weights of the sidecars or of the gateways, by whose line it is; undefined: there is but one rule for it. */
  #heldFor(service: string, request: RecordedRequest): ServiceWeights | undefined {
    const planned = this.#plan.filter((own) => isSame(service, own.service));
    if (planned.length < 2) return undefined;
    const kind = kindOfProxy(request);
    const own = planned.find(({ heldBy }) => heldBy === kind);
    if (own !== undefined) return own;
    const origins = planned.map(({ origin, heldBy }) => `${origin} (held by ${heldBy ?? 'all'})`);
    throw refusal(
      'usage',
      'MS4005',
      `the data do not tell whether a sidecar or a gateway called ${service}: give -f the one of ${origins.join(', ')} that is meant`,
    );
  }

  #planFor(service: string): ServiceWeights | undefined {
    if (service === anyService || this.#plan[0]!.service === anyService) return onlyOne(this.#plan);
    return this.#plan.find(
      (own) => own.service === service || isHost(service, own.service) || isHost(own.service, service),
    );
  }
}

/**
 * A sidecar is called by its own pod, and calls from the address of it; whoever calls a gateway has another one. What is known of a pod
 * by its name alone is that a gateway's says so.
 */
function kindOfProxy({ proxy, peer }: RecordedRequest): ServiceWeights['heldBy'] {
  if (proxy === undefined) return undefined;
  if (/gateway/.test(proxy)) return 'gateways';
  const caller = peer?.replace(/:\d+$/, '');
  return caller === undefined || !/^[\d.]+$|:/.test(proxy)
    ? undefined
    : caller === proxy
      ? 'sidecars'
      : 'gateways';
}

const isSame = (one: string, other: string): boolean =>
  (one !== anyService && isHost(other, one)) || (other !== anyService && isHost(one, other)) || one === other;

function notAdded({ tally, evidence, sources }: OpenCase, taken: OpenCase): string {
  const seen = tally.keys.flatMap((key, row) =>
    tally.counts[row]! > 0 ? `${key} ${tally.counts[row]!}` : [],
  );
  return `Not added: ${[...sources].join(', ')} (${evidenceWords[evidence]}: ${seen.join(', ')}), as the same requests may stand in ${[...taken.sources].join(', ')}.`;
}

/**
 * A name that is no version of the weights and none of their kind is another word for one of them, or a mistake: no verdict
 * follows from it.
 */
export function refuseOtherWords({ keys, planned }: Tally): void {
  const other = keys.slice(planned.length).find((key) => !isOfTheirKind(key, planned));
  if (other === undefined) return;
  throw refusal(
    'invalid',
    'MS4009',
    `"${other.length > 60 ? `${other.slice(0, 60)}...` : other}" is no version of the weights (${planned.join(', ')})`,
    [
      `Say it as the weights do, or give it a weight: ${/^[\w.-]+$/.test(other) ? other : 'NAME'}=0 where nothing should go there.`,
    ],
  );
}

/** More versions than this are a pattern that caught something else. */
const versionLimit = 50;

export function refuseMany({ keys }: Tally): void {
  if (keys.length <= versionLimit) return;
  const some = keys.slice(-3).map((key) => (key.length > 40 ? `${key.slice(0, 40)}...` : key));
  throw refusal(
    'invalid',
    'MS4004',
    `more than ${versionLimit} versions, among them ${some.join(', ')}: is that what you look for?`,
  );
}

export function onlyOne(plan: readonly ServiceWeights[]): ServiceWeights {
  if (plan.length === 1) return plan[0]!;
  const names = plan.map((own) => own.service).join(', ');
  throw refusal('usage', 'MS4005', `the data names no service: say with --host which of ${names} it shows`);
}

export const keysOf = (weights: Amounts, changes: readonly PlacedChange[]): string[] => [
  ...new Set([...weights.keys, ...changes.flatMap((change) => change.weights.keys)]),
];

export function place(changes: readonly Change[], firstUs: number | undefined): readonly PlacedChange[] {
  const placed = placeChanges(changes, firstUs);
  if (typeof placed === 'string') throw refusal('usage', 'MS4008', placed);
  return placed;
}

export function rulesOf(
  plan: readonly ServiceWeights[],
  options: CheckOptions,
  question: Question,
): ChoiceRules {
  const backends = new Map<string, Backend>();
  for (const { service, weights, areServices } of plan) {
    if (!areServices) continue;
    for (const key of weights.keys) {
      backends.set(key, { service, key });
      // Weights by version, and a service of its own for each: reviews-v1 serves v1 of reviews.
      if (options.host !== undefined) backends.set(`${shortName(options.host)}-${key}`, { service, key });
    }
  }
  const keys = plan.flatMap((own) => own.weights.keys);
  return {
    host: options.host,
    pattern: question.pattern,
    shows: question.shows,
    backends,
    byStars: keys.every((key) => key === 'none' || key === 'black' || key === 'red'),
    keys,
  };
}
