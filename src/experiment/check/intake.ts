import { LineSplitter } from '../../accesslog/line-splitter.ts';
import { decoded } from '../../manifest/text.ts';
import { takeDocument, takeHar } from './document-intake.ts';
import type { OnChoice } from './evidence.ts';
import { formatOf, type Format, type IntakeOptions, type LineFormat } from './format.ts';
import { LineIntake } from './line-intake.ts';
import type { Reading } from './reading.ts';
import { sniff, type Way } from './sniff.ts';
import { binaryAdvice, textAdvice } from './unreadable.ts';

/**
 * Reads one source, unpacked, to its end and tells its choices, line by line in constant memory; what is one text (a HAR, answers of an
 * API) is read whole. `afterChunk` is called whenever all that came so far has been told; nothing is told any more once `isOver`.
 */
export async function takeIn(
  name: string,
  source: AsyncIterable<Uint8Array>,
  options: IntakeOptions,
  reading: Reading,
  onChoice: OnChoice,
  afterChunk: () => void = () => {},
  isOver: () => boolean = () => false,
): Promise<void> {
  reading.sources.push(name);
  if (options.format !== 'auto' || options.isFollowed === true) {
    const format = options.format === 'auto' ? openFormatOf(name, options) : options.format;
    const way: Way = format === 'har' ? { kind: 'document' } : { kind: 'lines', format };
    await takeWay(way, name, source, options, reading, onChoice, afterChunk, isOver);
    return;
  }
  const { bytes, head, all } = await withHead(source);
  const noText = binaryAdvice(name, bytes);
  if (noText !== undefined) {
    reading.notes.unshift(noText);
    return;
  }
  const before = { requests: reading.requests, notes: reading.notes.length, counters: options.counters.size };
  const way = sniff(head, openFormatOf(name, options), options.rules);
  await takeWay(way, name, all, options, reading, onChoice, afterChunk, isOver);
  const isSilent =
    reading.requests === before.requests &&
    reading.notes.length === before.notes &&
    options.counters.size === before.counters;
  if (isSilent && !isOver()) reading.notes.unshift(textAdvice(name, head));
}

async function takeWay(
  found: Way,
  name: string,
  source: AsyncIterable<Uint8Array>,
  options: IntakeOptions,
  reading: Reading,
  onChoice: OnChoice,
  afterChunk: () => void,
  isOver: () => boolean,
): Promise<void> {
  if (found.kind === 'lines') {
    // A format that the user says is that of the lines that are no table.
    const isOwn = options.envoyFormat !== undefined && found.format !== 'csv';
    await takeLines(
      name,
      source,
      isOwn ? 'own' : found.format,
      options,
      reading,
      onChoice,
      afterChunk,
      isOver,
    );
    return;
  }
  const text = await textOf(source, name);
  const isHar = options.format === 'har' || (options.format === 'auto' && formatOf(name) === 'har');
  const isJson = /^\s*[[{<].*["<]/s.test(text);
  if (isHar && (options.format === 'har' || !isJson)) {
    reading.bytes += text.length;
    takeHar(name, text, options, reading, onChoice);
  } else if (takeDocument(name, text, options, reading, onChoice)) reading.bytes += text.length;
  else {
    const bytes = new TextEncoder().encode(text);
    await takeLines(name, chunksOf(bytes), 'log', options, reading, onChoice, afterChunk, isOver);
  }
  afterChunk();
}

/** A line of JSON is known by what it holds; where the user says which of its fields count, they do. */
function openFormatOf(name: string, { columns }: IntakeOptions): Format {
  const format = formatOf(name);
  return format === 'ndjson' && Object.values(columns).every((own) => own === undefined) ? 'log' : format;
}

async function takeLines(
  name: string,
  source: AsyncIterable<Uint8Array>,
  format: LineFormat,
  options: IntakeOptions,
  reading: Reading,
  onChoice: OnChoice,
  afterChunk: () => void,
  isOver: () => boolean,
): Promise<void> {
  const intake = new LineIntake(name, format, options, reading, onChoice);
  // Whoever has seen enough reads no further: neither what came in the same chunk nor a line that is cut off there.
  let taken = 0;
  const splitter = new LineSplitter({
    line: (block, from, end, number) => {
      if (isOver()) return;
      intake.line(block, from, end, number);
      taken = number;
    },
    tooLong: (number) => reading.skip(name, { noun: 'line', number }, 'the line is longer than 1 MB'),
  });
  for await (const chunk of source) {
    reading.bytes += chunk.length;
    splitter.push(chunk);
    afterChunk();
  }
  splitter.end();
  reading.lines += isOver() ? taken : splitter.count;
  intake.end();
  afterChunk();
}

/** So much of a source says what it is. */
const headBytes = 64 * 1024;

/** The beginning of a source as text, and all of it. A chunk is there only until the next is asked for. */
async function withHead(
  source: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: Uint8Array; readonly head: string; readonly all: AsyncIterable<Uint8Array> }> {
  const chunks = source[Symbol.asyncIterator]();
  let held = new Uint8Array(0);
  let isWhole = false;
  while (held.length < headBytes && !isWhole) {
    const next = await chunks.next();
    if (next.done === true) isWhole = true;
    else if (held.length === 0 && next.value.length >= headBytes) held = next.value as typeof held;
    else {
      const longer = new Uint8Array(held.length + next.value.length);
      longer.set(held);
      longer.set(next.value, held.length);
      held = longer;
    }
  }
  const all = (async function* () {
    if (held.length > 0) yield held;
    for (
      let next = isWhole ? undefined : await chunks.next();
      next?.done === false;
      next = await chunks.next()
    ) {
      yield next.value;
    }
  })();
  const bytes = new Uint8Array(held.subarray(0, headBytes));
  return { bytes, head: decoded(bytes), all };
}

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** How much of a HAR is read: it is one JSON text, and strings of the language end at half a gigabyte. */
const harLimitBytes = 400 * 1024 * 1024;

/** @throws RangeError when the source is larger than what can be read whole. */
async function textOf(bytes: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let read = 0;
  for await (const chunk of bytes) {
    read += chunk.length;
    if (read > harLimitBytes) throw new RangeError(`${name} is larger than 400 MB; a HAR is read whole`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
