const space = 32;
const letterP = 80;
const letterS = 115;

/** `2026-03-01T12:00:00.123456789Z stdout F text`: how container runtimes write a line (Kubernetes, CRI logging format). */
export const isCriLine = (line: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S* (?:stdout|stderr) [PF](?::\S*)? /.test(line) ||
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S* (?:stdout|stderr) [PF]$/.test(line);

/**
 * A runtime cuts long lines in parts (16 KB): all but the last are marked P. Parts of the two streams of a container may stand between
 * each other.
 */
export class CriParts {
  readonly #open: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };

  /** Whether a line is only a part of one, or the last of several. Most lines are whole, and told by a byte. */
  isPart(bytes: Uint8Array, from: number, end: number): boolean {
    let at = from;
    while (at < end && bytes[at] !== space) at += 1;
    // "stdout" and "stderr" have six letters.
    if (bytes[at + 1] !== letterS || bytes[at + 7] !== space) return false;
    return bytes[at + 8] === letterP || this.#open.stdout !== '' || this.#open.stderr !== '';
  }

  /** A part, or a line that may be the last of them -> the whole line, without what the runtime wrote before it; undefined before its end. */
  take(line: string): string | undefined {
    const [, stream, tag, text = ''] = /^\S+ (stdout|stderr) ([PF])\S*(?: (.*))?$/s.exec(line) ?? [];
    if (stream !== 'stdout' && stream !== 'stderr') return line;
    const whole = this.#open[stream] + text;
    this.#open[stream] = tag === 'P' ? whole : '';
    return tag === 'P' ? undefined : whole;
  }

  /** Whether the text ended within a line. */
  get isOpen(): boolean {
    return this.#open.stdout !== '' || this.#open.stderr !== '';
  }
}
