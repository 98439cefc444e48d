import { resolve } from 'node:path';
import { filesNamed } from '../files.ts';
import { reasonOf } from '../reason.ts';
import type { Io } from '../io.ts';
import { hasErrors, printProblems } from '../print.ts';
import { followFile, untilAborted } from '../watch/follow.ts';
import {
  Cases,
  keysOf,
  onlyOne,
  place,
  refuseMany,
  refuseOtherWords,
  rulesOf,
  type Case,
  type Listener,
} from '../../experiment/check/cases.ts';
import type { OnChoice } from '../../experiment/check/evidence.ts';
import { parseChanges, type Change } from '../../experiment/check/changes.ts';
import { anyService, type ChoiceRules } from '../../experiment/check/choice.ts';
import { Counters } from '../../experiment/check/counters.ts';
import { takeIn } from '../../experiment/check/intake.ts';
import { manifestWeights, type ServiceWeights } from '../../experiment/check/manifest-weights.ts';
import type { CheckOptions, Question } from '../../experiment/check/question.ts';
import { Reading } from '../../experiment/check/reading.ts';
import { refusal, Refused } from '../../experiment/check/refused.ts';
import { parseSequence } from '../../experiment/check/sequence.ts';
import { Tally } from '../../experiment/check/tally.ts';
import { openPlain } from './open-plain.ts';

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
    if (data.kind === 'tally') {
      tally.addCounts(data.tally.keys, data.tally.values);
      refuseOtherWords(tally);
    } else {
      const text = await sequenceText(io, data.text);
      for (const key of parseSequence(text, keysOf(weights, placed))) {
        tally.add(key, { startUs: Number.NaN });
        refuseOtherWords(tally);
        refuseMany(tally);
      }
    }
    return [{ service, tally, weights, changes: placed }];
  }
  const names = await unfolded(io, data.names);
  const paths = names.map((name) => (name === '-' ? name : resolve(io.cwd, name)));
  const counters = new Counters();
  const rules = rulesOf(plan, options, question);
  // A span counts from the first request of all, which any of the sources may hold, anywhere; what passes by is read once.
  const isSpan = changes.some(({ moment }) => moment.kind === 'span');
  const firstUs =
    isSpan && signal === undefined && !names.includes('-')
      ? await firstOf(io, names, { options, question, rules })
      : undefined;
  const cases = new Cases(plan, changes, reading, listener, options.host !== undefined, firstUs);
  const onChoice: OnChoice = cases.add.bind(cases);
  for (const [place, name] of names.entries()) {
    if (paths.indexOf(paths[place]!) < place) {
      reading.notes.push(`${name} is given twice, and read once.`);
      continue;
    }
    await takeIn(
      name,
      openPlain(bytesOf(io, name, signal), () =>
        reading.notes.push(`${name} is a gzip file that ends early.`),
      ),
      {
        format: options.format,
        columns: question.columns,
        rules,
        counters,
        envoyFormat: question.envoyFormat,
        isFollowed: signal !== undefined,
      },
      reading,
      onChoice,
      () => listener?.caughtUp(),
      () => signal?.aborted === true,
    ).catch((error: unknown) => {
      const isOfTheSystem = error instanceof RangeError || (error instanceof Error && 'code' in error);
      if (error instanceof Refused || !isOfTheSystem) throw error;
      throw cannotRead(name, error);
    });
  }
  counters.tell(rules, question.values, reading, onChoice);
  return cases.judged();
}

/** When the first request that tells a choice began; undefined where none tells a time. */
async function firstOf(
  io: Io,
  names: readonly string[],
  {
    options,
    question,
    rules,
  }: { readonly options: CheckOptions; readonly question: Question; readonly rules: ChoiceRules },
): Promise<number | undefined> {
  const counters = new Counters();
  const reading = new Reading();
  let firstUs = Infinity;
  const onChoice: OnChoice = (_service, _key, { startUs }) => {
    if (startUs < firstUs) firstUs = startUs;
  };
  const { format } = options;
  const { columns, envoyFormat } = question;
  for (const name of names) {
    try {
      const source = openPlain(bytesOf(io, name, undefined), () => {});
      await takeIn(name, source, { format, columns, rules, counters, envoyFormat }, reading, onChoice);
    } catch (error) {
      throw error instanceof Refused ? error : cannotRead(name, error);
    }
  }
  counters.tell(rules, question.values, reading, onChoice);
  return firstUs === Infinity ? undefined : firstUs;
}

/** Names of files, each folder's in its place. */
async function unfolded(io: Io, names: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const name of names) {
    const { value, problems } = await filesNamed(io, name);
    if (value === undefined) throw new Refused('invalid', problems);
    all.push(...value);
  }
  return all;
}

/** The bytes of a source as they come; with a signal, a file is followed as it grows. */
function bytesOf(io: Io, name: string, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  if (name === '-') return signal === undefined ? io.stdin() : untilAborted(io.stdin(), signal);
  const path = resolve(io.cwd, name);
  return signal === undefined ? io.openStream(path) : followFile(path, signal);
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
  if (hasErrors(problems)) throw new Refused('invalid', []);
  reading.notes.push(...notes, ...services.map((own) => `Weights from ${own.origin}.`));
  if (services.length === 0) {
    const wanted = options.route === undefined ? '' : ` in a route named ${options.route}`;
    throw refusal(
      'invalid',
      'MS4006',
      `${options.filename.join(', ')}: no VirtualService or HTTPRoute gives weights to ${options.host ?? 'a service'}${wanted}`,
    );
  }
  return services;
}

async function changesOf(io: Io, name: string | undefined): Promise<Change[]> {
  if (name === undefined) return [];
  const { changes, problems } = parseChanges(await readWhole(io, name), name);
  if (problems.length > 0) throw new Refused('invalid', problems);
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
  return refusal('invalid', 'MS3001', `cannot read ${name}: ${reasonOf(error)}`, hint);
}
