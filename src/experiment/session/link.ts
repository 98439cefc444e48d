import * as z from 'zod';
import type { Checked, Problem } from '../../manifest/problem.ts';
import { sessionSchema, type Session } from './session.ts';

/** What a link carries. */
export interface Linked {
  readonly session: Session;
  /** Where the scenario that it is written as ends, see `written`. */
  readonly endUs?: number | undefined;
  /** What the page that made it wants to find again: its own business, and to be checked by it. */
  readonly page?: unknown;
}

/**
 * A session as what follows # in a link: JSON, deflated (RFC 1951), in base64url (RFC 4648). The first letter says how it is written.
 */
export async function toFragment(linked: Linked): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(linked));
  return version + base64url(await through(bytes, new CompressionStream('deflate-raw'), Infinity));
}

/** Nothing of a link is believed: it is checked as any file is. A leading # is let go. */
export async function fromFragment(fragment: string): Promise<Checked<Linked>> {
  const text = fragment.replace(/^#/, '');
  const refused = (message: string): Checked<Linked> => ({ value: undefined, problems: [problem(message)] });
  if (!text.startsWith(version)) return refused('this is no link of a workshop: it should begin with #1');
  const bytes = fromBase64url(text.slice(version.length));
  if (bytes === undefined)
    return refused('the link has letters that no link has: was it cut, or broken by a line end?');
  let data: unknown;
  try {
    const json = await through(bytes, new DecompressionStream('deflate-raw'), textLimit);
    data = JSON.parse(new TextDecoder().decode(json));
  } catch {
    return refused('the link cannot be unpacked: was it cut?');
  }
  const parsed = linkedSchema.safeParse(data);
  if (parsed.success) return { value: parsed.data, problems: [] };
  const [issue] = parsed.error.issues;
  return refused(`the link says something else than a session: ${issue!.path.join('.')}: ${issue!.message}`);
}

const linkedSchema = z.strictObject({
  session: sessionSchema,
  endUs: z.number().int().min(1).optional(),
  page: z.unknown().optional(),
});

const version = '1';
/** Bytes that a link may unpack to. */
const textLimit = 2_000_000;

const problem = (message: string): Problem => ({
  severity: 'error',
  code: 'MS2019',
  message,
  file: 'the link',
});

/** @throws RangeError where more than `most` bytes come out. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = stream.writable.getWriter();
  // What goes wrong is told by the reader.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = (stream.readable as ReadableStream<Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) throw new RangeError('too long');
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function base64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const three = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const written = Math.min(4, bytes.length - at + 1);
    for (let place = 0; place < written; place++) text += letters[(three >> (18 - 6 * place)) & 63]!;
  }
  return text;
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of text) {
    const value = letters.indexOf(letter);
    if (value < 0) return undefined;
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
    }
  }
  return bytes;
}
