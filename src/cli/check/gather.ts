import { resolve } from 'node:path';
import { reasonOf } from '../reason.ts';
import { exit, type Io } from '../io.ts';
import { hasErrors, printProblems } from '../print.ts';
import { followFile, untilAborted } from '../watch/follow.ts';
import type { Amounts } from './amounts.ts';
import { parseChanges, placeChanges, type Change, type PlacedChange } from './changes.ts';
import { anyService, isHost, shortName, type Backend, type ChoiceRules } from './choice.ts';
import { takeIn } from './intake.ts';
import { manifestWeights, type ServiceWeights } from './manifest-weights.ts';
import type { CheckOptions, Question } from './question.ts';
import { count, type Reading } from './reading.ts';
import { refusal, Refused } from './refused.ts';
import { parseSequence } from './sequence.ts';
import { Tally } from './tally.ts';

/** One service: what was seen of it and what it should have been. */
export interface Case {
  /** "" where neither the data nor the user names one. */
  readonly service: string;
  readonly tally: Tally;
  /** Before the first change; versions that are not named have none. */
  readonly weights: Amounts;
  readonly changes: readonly PlacedChange[];
}

/** Hears of each choice as it is read; for watching live. */
export interface Listener {
  /** `phase`: how many changes of weights were in force. */
  chosen(own: Case, row: number, phase: number, startUs: number): void;
  /** All that came so far has been told. */
  caughtUp(): void;
}

/** Reads all that the question names, into a case for each service. */
export async function gather(
  io: Io,
  options: CheckOptions,
  question: Question,
  reading: Reading,
  listener?: Listener,
  signal?: AbortSignal,
): Promise<Case[]> {
  const plan = await planOf(io, options, question, reading);
  const changes = [...question.changes, ...(await changesOf(io, options.changes))];
  const { data } = question;
  if (data.kind !== 'files') {
    const { service, weights } = onlyOne(plan);
    const placed = place(changes, undefined);
    const tally = new Tally(keysOf(weights, placed), placed);
    if (data.kind === 'tally') tally.addCounts(data.tally.keys, data.tally.values);
    else {
      const text = await sequenceText(io, data.text);
      for (const key of parseSequence(text, keysOf(weights, placed))) {
        tally.add(key, Number.NaN, undefined);
        refuseMany(tally);
      }
    }
    return [{ service, tally, weights, changes: placed }];
  }
  const cases = new Cases(plan, changes, reading, listener);
  for (const name of data.names) {
    await takeIn(
      name,
      bytesOf(io, name, signal),
      { format: options.format, columns: question.columns, rules: rulesOf(plan, options, question) },
      reading,
      (service, key, startUs, client) => cases.add(service, key, startUs, client),
      () => listener?.caughtUp(),
      () => signal?.aborted === true,
    ).catch((error: unknown) => {
      const isOfTheSystem = error instanceof RangeError || (error instanceof Error && 'code' in error);
      if (error instanceof Refused || !isOfTheSystem) throw error;
      throw cannotRead(name, error);
    });
  }
  return cases.judged();
}

/** The bytes of a source as they come; with a signal, a file is followed as it grows. */
function bytesOf(io: Io, name: string, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  if (name === '-') return signal === undefined ? io.stdin() : untilAborted(io.stdin(), signal);
  const path = resolve(io.cwd, name);
  return signal === undefined ? io.openStream(path) : followFile(path, signal);
}

/** Cases by service, begun when the first choice of a service is read. */
class Cases {
  readonly #plan: readonly ServiceWeights[];
  readonly #changes: readonly Change[];
  readonly #reading: Reading;
  readonly #listener: Listener | undefined;
  readonly #cases = new Map<string, Case | undefined>();
  #placed: readonly PlacedChange[] | undefined;

  constructor(
    plan: readonly ServiceWeights[],
    changes: readonly Change[],
    reading: Reading,
    listener: Listener | undefined,
  ) {
    this.#plan = plan;
    this.#changes = changes;
    this.#reading = reading;
    this.#listener = listener;
  }

  add(service: string, key: string, startUs: number, client: string | undefined): void {
    if (!this.#cases.has(service)) this.#cases.set(service, this.#begin(service, startUs));
    const own = this.#cases.get(service);
    if (own === undefined) {
      this.#reading.leave('to other services');
      return;
    }
    const phase = own.tally.phaseOf(startUs);
    const row = own.tally.add(key, startUs, client);
    refuseMany(own.tally);
    this.#listener?.chosen(own, row, phase, startUs);
  }

  /** The cases to judge, none where nothing was seen: all that manifests speak of, the one that plain weights can mean. */
  judged(): Case[] {
    const all = [...this.#cases.values()].filter((own) => own !== undefined);
    if (this.#plan[0]!.service !== anyService || all.length <= 1) return all;
    const fitting = all.filter((own) =>
      own.weights.keys.every((key) => own.tally.counts[own.tally.keys.indexOf(key)]! > 0),
    );
    if (fitting.length !== 1) {
      const seen = all.map((own) => `${shortName(own.service)} (${count(own.tally.total, 'request')})`);
      throw refusal(
        exit.usage,
        'MS4005',
        `the data holds choices of ${seen.join(', ')}: say which with --host`,
      );
    }
    const others = all.filter((own) => own !== fitting[0]);
    this.#reading.notes.push(
      `Judged is ${fitting[0]!.service}; also seen: ${others.map((own) => own.service).join(', ')}.`,
    );
    return fitting;
  }

  #begin(service: string, startUs: number): Case | undefined {
    const planned = this.#planFor(service);
    if (planned === undefined) return undefined;
    this.#placed ??= place(this.#changes, startUs);
    const tally = new Tally(keysOf(planned.weights, this.#placed), this.#placed);
    const name = service === anyService ? planned.service : service.split('').join('');
    return { service: name, tally, weights: planned.weights, changes: this.#placed };
  }

  #planFor(service: string): ServiceWeights | undefined {
    if (service === anyService || this.#plan[0]!.service === anyService) return onlyOne(this.#plan);
    return this.#plan.find(
      (own) => own.service === service || isHost(service, own.service) || isHost(own.service, service),
    );
  }
}

/** More versions than this are a pattern that caught something else. */
const versionLimit = 50;

function refuseMany({ keys }: Tally): void {
  if (keys.length <= versionLimit) return;
  const some = keys.slice(-3).map((key) => (key.length > 40 ? `${key.slice(0, 40)}...` : key));
  throw refusal(
    exit.invalid,
    'MS4004',
    `more than ${versionLimit} versions, among them ${some.join(', ')}: is that what you look for?`,
  );
}

function onlyOne(plan: readonly ServiceWeights[]): ServiceWeights {
  if (plan.length === 1) return plan[0]!;
  const names = plan.map((own) => own.service).join(', ');
  throw refusal(
    exit.usage,
    'MS4005',
    `the data names no service: say with --host which of ${names} it shows`,
  );
}

const keysOf = (weights: Amounts, changes: readonly PlacedChange[]): string[] => [
  ...new Set([...weights.keys, ...changes.flatMap((change) => change.weights.keys)]),
];

function place(changes: readonly Change[], firstUs: number | undefined): readonly PlacedChange[] {
  const placed = placeChanges(changes, firstUs);
  if (typeof placed === 'string') throw refusal(exit.usage, 'MS4008', placed);
  return placed;
}

function rulesOf(plan: readonly ServiceWeights[], options: CheckOptions, question: Question): ChoiceRules {
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
  };
}

/** The weights, by service; from the option for whatever service the data shows. */
async function planOf(
  io: Io,
  options: CheckOptions,
  question: Question,
  reading: Reading,
): Promise<readonly ServiceWeights[]> {
  if (question.weights !== undefined) {
    // A version may be a service of its own; a name like v1 never is one.
    return [{ service: anyService, weights: question.weights, areServices: true, origin: '--weights' }];
  }
  const texts: { file: string; text: string }[] = [];
  for (const name of options.filename) texts.push({ file: name, text: await readWhole(io, name) });
  const { services, problems, notes } = manifestWeights(texts, options.host, options.route);
  printProblems(
    io,
    problems.filter((problem) => problem.severity !== 'info'),
  );
  if (hasErrors(problems)) throw new Refused(exit.invalid, []);
  reading.notes.push(...notes, ...services.map((own) => `Weights from ${own.origin}.`));
  if (services.length === 0) {
    const wanted = options.route === undefined ? '' : ` in a route named ${options.route}`;
    throw refusal(
      exit.invalid,
      'MS4006',
      `${options.filename.join(', ')}: no VirtualService or HTTPRoute gives weights to ${options.host ?? 'a service'}${wanted}`,
    );
  }
  return services;
}

async function changesOf(io: Io, name: string | undefined): Promise<Change[]> {
  if (name === undefined) return [];
  const { changes, problems } = parseChanges(await readWhole(io, name), name);
  if (problems.length > 0) throw new Refused(exit.invalid, problems);
  return changes;
}

/** A sequence as it was typed, or what stands in the file of that name. */
async function sequenceText(io: Io, given: string): Promise<string> {
  return /[\s,;]/.test(given) ? given : readWhole(io, given);
}

/** A small text: a file, or `-` for standard input; UTF-16 where a byte order mark says so. */
async function readWhole(io: Io, name: string): Promise<string> {
  try {
    if (name !== '-') return textOf([await io.readFile(resolve(io.cwd, name))]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of io.stdin()) chunks.push(chunk);
    return textOf(chunks);
  } catch (error) {
    throw cannotRead(name, error);
  }
}

function textOf(chunks: readonly Uint8Array[]): string {
  const bytes = Buffer.concat(chunks);
  return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);
}

function cannotRead(name: string, error: unknown): Refused {
  // A blank too many makes a file of a weight: `--weights v1=50 v3=50`.
  const isAmount = /^[\w.-]+=\d+%?$/.test(name);
  const hint = isAmount ? ['versions and numbers are one word, without blanks: v1=50,v3=50'] : [];
  return refusal(exit.invalid, 'MS3001', `cannot read ${name}: ${reasonOf(error)}`, hint);
}
