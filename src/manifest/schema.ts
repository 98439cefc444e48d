import { didYouMean } from './did-you-mean.ts';
import type { Finding } from './finding.ts';
import { pathText, type Path } from './located.ts';
import { parseDurationNs, quantityProblem } from './quantity.ts';

/**
 * The fields of a kind as a table: what a field may hold, and whether the model reads it. One walk over the data checks
 * all kinds: unknown fields and wrong types in the words of Kubernetes' API server, durations in Istio's.
 */
export type Shape = (
  | { readonly type: 'string'; readonly values?: readonly string[] }
  | { readonly type: 'duration'; readonly mayBeZero?: true }
  | { readonly type: 'number' | 'boolean' | 'int or string' | 'quantity' | 'anything' }
  | { readonly type: 'integer'; readonly min: number; readonly max: number; readonly go: string }
  | { readonly type: 'list'; readonly of: Shape; readonly acts?: (item: unknown) => boolean }
  | { readonly type: 'map'; readonly of: Shape; readonly acts?: (key: string, item: unknown) => boolean }
  | Struct
) & { readonly ignored?: true; readonly unless?: unknown };

export interface Struct {
  readonly type: 'struct';
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
  /** Of each group at most one field may be set. */
  readonly oneOf: readonly (readonly string[])[];
}

export const text = { type: 'string' } as const;
export const duration = { type: 'duration' } as const;
/** A duration of which 0 means: never. */
export const durationOrNever = { type: 'duration', mayBeZero: true } as const;
export const number = { type: 'number' } as const;
export const boolean = { type: 'boolean' } as const;
export const intOrString = { type: 'int or string' } as const;
/** A Kubernetes quantity; a bare number is as good as its text. */
export const quantity = { type: 'quantity' } as const;
export const anything = { type: 'anything' } as const;
export const int32 = { type: 'integer', min: -2147483648, max: 2147483647, go: 'int32' } as const;
export const uint32 = { type: 'integer', min: 0, max: 4294967295, go: 'uint32' } as const;
export const uint64 = { type: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER, go: 'uint64' } as const;
export const oneOfWords = (...values: string[]): Shape => ({ type: 'string', values });
/** @param acts which items the model reads; the others are listed as ignored. Absent: all. */
export const list = (of: Shape, acts?: (item: unknown) => boolean): Shape => ({
  type: 'list',
  of,
  ...(acts === undefined ? {} : { acts }),
});
/** @param acts as of `list`. */
export const map = (of: Shape, acts?: (key: string, item: unknown) => boolean): Shape => ({
  type: 'map',
  of,
  ...(acts === undefined ? {} : { acts }),
});
export const struct = (
  fields: Readonly<Record<string, Shape>>,
  rules: { readonly required?: readonly string[]; readonly oneOf?: readonly (readonly string[])[] } = {},
): Struct => ({ type: 'struct', fields, required: rules.required ?? [], oneOf: rules.oneOf ?? [] });
/**
 * Known to the API, not read by the model: checked like the rest, and listed once as ignored.
 * @param unless a value that says what holds without it, and is not listed
 */
export const ignored = (shape: Shape, unless?: unknown): Shape => ({ ...shape, ignored: true, unless });

export interface FieldCheck {
  readonly findings: readonly Finding[];
  /** Fields that were set and are not modelled, without indices. */
  readonly ignored: readonly string[];
}

/** Data against its table. `unknown` says whether a field outside the table is a mistake (Istio) or ignored (Kubernetes). */
export function checkFields(shape: Shape, data: unknown, unknown: 'refuse' | 'ignore'): FieldCheck {
  const check = new Walk(unknown);
  check.walk(shape, data, [], false);
  return { findings: check.findings, ignored: [...check.notRead] };
}

const isSame = (item: unknown, other: unknown): boolean =>
  item === other || (typeof other === 'object' && JSON.stringify(item) === JSON.stringify(other));

type Fields = Readonly<Record<string, unknown>>;

/** One way through data and its table, side by side. */
class Walk {
  readonly findings: Finding[] = [];
  readonly notRead = new Set<string>();
  readonly #unknown: 'refuse' | 'ignore';

  constructor(unknown: 'refuse' | 'ignore') {
    this.#unknown = unknown;
  }

  /** @param inIgnored it is of a field that is listed as ignored already. */
  walk(shape: Shape, value: unknown, path: Path, inIgnored: boolean): void {
    if (shape.type === 'anything' || !this.#hasType(shape, value, path)) return;
    switch (shape.type) {
      case 'integer':
        this.#integer(shape, value as number, path);
        return;
      case 'string':
        this.#word(shape, value as string, path);
        return;
      case 'duration': {
        const problem = durationProblem(value as string, shape.mayBeZero === true);
        if (problem !== undefined) this.#refuse(path, 'value', 'IST0106', problem.message, problem.hint);
        return;
      }
      case 'quantity': {
        const problem = quantityProblem(String(value));
        if (problem !== undefined) this.#invalid(path, 'MS1011', `"${String(value)}": ${problem}`);
        return;
      }
      case 'list':
        (value as unknown[]).forEach((item, index) =>
          this.#item(shape.of, item, [...path, index], inIgnored, shape.acts?.(item) === false),
        );
        return;
      case 'map':
        for (const [key, item] of Object.entries(value as Fields))
          this.#item(shape.of, item, [...path, key], inIgnored, shape.acts?.(key, item) === false);
        return;
      case 'struct':
        this.#struct(shape, value as Fields, path, inIgnored);
        return;
      default:
    }
  }

  #hasType(shape: Exclude<Shape, { type: 'anything' }>, value: unknown, path: Path): boolean {
    const found = typeOf(value);
    const expected = apiTypes[shape.type];
    if (expected.includes(found) && (shape.type !== 'integer' || Number.isInteger(value))) return true;
    // Kubernetes drops a null in its own kinds; a custom resource keeps and refuses it.
    if (found === 'null' && (this.#unknown === 'ignore' || nullable(path))) return false;
    const word = shape.type === 'int or string' ? 'integer or string' : expected[0]!;
    const hint = typeHint(word, value);
    this.#invalid(path, 'MS1011', `"${found}": must be of type ${word}: "${found}"`, hint);
    return false;
  }

  #integer({ min, max, go }: Extract<Shape, { type: 'integer' }>, value: number, path: Path): void {
    if (value < min || value > max)
      this.#invalid(path, 'MS1011', `${String(value)}: cannot unmarshal number into Go value of type ${go}`);
  }

  #word({ values }: Extract<Shape, { type: 'string' }>, value: string, path: Path): void {
    if (values === undefined || values.includes(value)) return;
    const near = didYouMean(value, values);
    const supported = values.map((word) => `"${word}"`).join(', ');
    this.#refuse(
      path,
      'value',
      'MS1013',
      `Unsupported value: "${value}": supported values: ${supported}`,
      near === undefined ? undefined : `did you mean "${near}"?`,
    );
  }

  #item(shape: Shape, item: unknown, path: Path, inIgnored: boolean, isLeft: boolean): void {
    if (isLeft && !inIgnored) this.#ignore(path);
    this.walk(shape, item, path, inIgnored || isLeft);
  }

  #struct(own: Struct, value: Fields, path: Path, inIgnored: boolean): void {
    const meant = new Set<string>();
    for (const [key, item] of Object.entries(value)) {
      const at = [...path, key];
      const field = Object.hasOwn(own.fields, key) ? own.fields[key]! : undefined;
      if (field !== undefined) {
        if (field.ignored === true && !inIgnored && !isSame(item, field.unless)) this.#ignore(at);
        this.walk(field, item, at, inIgnored || field.ignored === true);
      } else {
        const near = didYouMean(key, Object.keys(own.fields));
        if (near !== undefined) meant.add(near);
        if (this.#unknown === 'ignore' && !inIgnored) this.#ignore(at);
        if (this.#unknown === 'refuse' || near !== undefined) this.#unknownField(own, at, key, near);
      }
    }
    for (const key of own.required) {
      const isThere = (value[key] !== undefined && value[key] !== null) || meant.has(key);
      if (!isThere) this.#refuse([...path, key], 'key', 'MS1012', 'Required value');
    }
    for (const group of own.oneOf) {
      const set = group.filter((key) => value[key] !== undefined);
      if (set.length < 2) continue;
      const words = `must validate one and only one schema (oneOf). Found ${set.length} valid alternatives`;
      this.#invalid(path, 'MS1013', `"object": ${words}`, `keep one of ${set.join(', ')}`);
    }
  }

  #unknownField(own: Struct, at: Path, key: string, near: string | undefined): void {
    const hint = near === undefined ? otherHint(own, key) : `did you mean "${near}"?`;
    this.findings.push({
      severity: this.#unknown === 'refuse' ? 'error' : 'warning',
      path: at,
      what: 'key',
      code: 'MS1010',
      message: `unknown field "${pathText(at)}"`,
      ...(hint === undefined ? {} : { hint }),
      ...(near === undefined ? {} : { meant: [...at.slice(0, -1), near] }),
    });
  }

  #invalid(path: Path, code: string, why: string, hint?: string): void {
    this.#refuse(path, 'value', code, `Invalid value: ${why}`, hint);
  }

  #refuse(path: Path, what: 'key' | 'value', code: string, why: string, hint?: string): void {
    const message = `${pathText(path)}: ${why}`;
    this.findings.push({
      severity: 'error',
      path,
      what,
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  #ignore(path: Path): void {
    this.notRead.add(pathText(path).replace(/\[\d+\]/g, '[]'));
  }
}

/** JSON types that a shape takes, the one that messages name first. */
const apiTypes: Readonly<Record<Shape['type'], readonly string[]>> = {
  string: ['string'],
  duration: ['string'],
  number: ['number', 'integer'],
  boolean: ['boolean'],
  integer: ['integer', 'number'],
  'int or string': ['integer', 'string'],
  quantity: ['string', 'integer', 'number'],
  list: ['array'],
  map: ['object'],
  struct: ['object'],
  anything: [],
};

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number')
    return Number.isInteger(value) ? 'integer' : Number.isFinite(value) ? 'number' : 'not a number';
  return typeof value;
}

/** A match on a header's presence may be written as null; Istio has words of its own for the others. */
const nullable = (path: Path): boolean =>
  ['headers', 'withoutHeaders', 'queryParams'].includes(String(path[path.length - 2]));

function typeHint(expected: string, value: unknown): string | undefined {
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `quote it: "${String(value)}"`;
  if (
    (expected === 'integer' || expected === 'number') &&
    typeof value === 'string' &&
    /^-?\d+(\.\d+)?$/.test(value)
  ) {
    return `write ${value} without quotes`;
  }
  if (expected === 'array') return 'begin each item of the list with "- "';
  if (expected === 'object' && Array.isArray(value)) return 'this is a list; take the "- " away';
  return undefined;
}

const otherHint = (own: Struct, key: string): string | undefined => {
  const deeper = Object.entries(own.fields).find(([, shape]) => {
    const inner = shape.type === 'list' ? shape.of : shape;
    return inner.type === 'struct' && Object.hasOwn(inner.fields, key);
  });
  return deeper === undefined ? undefined : `"${key}" belongs under "${deeper[0]}"; check the indentation`;
};

/** Istio pkg/config/validation/agent/validation.go, ValidateDuration; the syntax is Go's. */
function durationProblem(
  written: string,
  mayBeZero: boolean,
): { readonly message: string; readonly hint?: string } | undefined {
  const ns = parseDurationNs(written);
  if (typeof ns === 'string')
    return { message: `bad Duration: time: ${ns}`, hint: 'write it like 500ms, 3s or 1h30m' };
  if (ns === 0n && mayBeZero) return undefined;
  if (ns < 1_000_000n) {
    return {
      message: 'duration must be greater than 1ms',
      ...(ns === 0n ? { hint: 'leave the field out to have no limit' } : {}),
    };
  }
  return ns % 1_000_000n === 0n ? undefined : { message: 'only durations to ms precision are supported' };
}
