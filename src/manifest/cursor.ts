import type { Finding } from './finding.ts';
import { pathText, type Path } from './located.ts';

/**
 * A place in a document's data and the way to speak about it. Values of a wrong type read as absent: the field table
 * has told them already.
 */
export class Cursor {
  readonly data: unknown;
  readonly #path: Path;
  readonly #findings: Finding[];
  readonly #outer: Cursor | undefined;

  /** @param outer from which the path leads; absent: from the document. */
  constructor(data: unknown, path: Path, findings: Finding[], outer?: Cursor) {
    this.data = data;
    this.#path = path;
    this.#findings = findings;
    this.#outer = outer;
  }

  /** Put together when it is asked for: of most places there is nothing to say. */
  get path(): Path {
    return this.#outer === undefined ? this.#path : [...this.#outer.path, ...this.#path];
  }

  at(...path: Path): Cursor {
    let data: unknown = this.data;
    for (const part of path) {
      const inside = typeof data === 'object' && data !== null && Object.hasOwn(data, part);
      data = inside ? (data as Record<string | number, unknown>)[part] : undefined;
    }
    return new Cursor(data, path, this.#findings, this);
  }

  /** `spec.ports[0].name`, as Kubernetes' messages begin. */
  get pathText(): string {
    return pathText(this.path);
  }

  /** Written, even if as null. */
  get written(): boolean {
    return this.data !== undefined;
  }

  get isSet(): boolean {
    return this.data !== undefined && this.data !== null;
  }

  get text(): string | undefined {
    return typeof this.data === 'string' ? this.data : undefined;
  }

  get number(): number | undefined {
    return typeof this.data === 'number' && Number.isFinite(this.data) ? this.data : undefined;
  }

  /** A quantity's text, however it was written: `500m`, or 0.5 as a number. */
  get quantity(): string | undefined {
    return this.text ?? (this.number === undefined ? undefined : String(this.number));
  }

  get boolean(): boolean | undefined {
    return typeof this.data === 'boolean' ? this.data : undefined;
  }

  get items(): readonly Cursor[] {
    return Array.isArray(this.data) ? this.data.map((_, index) => this.at(index)) : [];
  }

  get entries(): readonly (readonly [string, Cursor])[] {
    return typeof this.data === 'object' && this.data !== null && !Array.isArray(this.data)
      ? Object.keys(this.data).map((key) => [key, this.at(key)] as const)
      : [];
  }

  get texts(): readonly string[] {
    return this.items.flatMap((item) => item.text ?? []);
  }

  get textMap(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.entries.flatMap(([key, value]) => (value.text === undefined ? [] : [[key, value.text]])),
    );
  }

  /** Istio's validation refuses; `message` is what its webhook says (pkg/config/validation/validation.go). */
  refuse(message: string, hint?: string): void {
    this.say('error', 'IST0106', message, hint);
  }

  /** Istio accepts with a warning. */
  warn(message: string, hint?: string): void {
    this.say('warning', 'IST0133', message, hint);
  }

  /** Kubernetes' validation refuses; its messages begin with the path. */
  invalid(message: string, hint?: string): void {
    this.say('error', 'MS1014', `${this.pathText}: ${message}`, hint);
  }

  /** The kind has such a field, but not in this version of the API. */
  unknown(hint: string): void {
    this.say('error', 'MS1010', `unknown field "${this.pathText}"`, hint, 'key');
  }

  say(
    severity: Finding['severity'],
    code: string,
    message: string,
    hint?: string,
    what: Finding['what'] = this.isSet && typeof this.data !== 'object' ? 'value' : 'key',
  ): void {
    this.#findings.push({
      severity,
      code,
      message,
      path: this.path,
      what,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
