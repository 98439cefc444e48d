import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import type { Problem } from './problem.ts';
import { readQuickly, type QuickDocument } from './quick-yaml.ts';
import { depthLimit, yamlExcess } from './yaml-limits.ts';
import { yamlErrorInWords } from './yaml-words.ts';

/** Keys and list indices from the root of a document. */
export type Path = readonly (string | number)[];

/** Where something stands in a text; one-based. `width` counts characters and ends with the line. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly width: number;
  /** The whole source line, without its line end. */
  readonly excerpt: string;
}

/** One YAML document as plain data that remembers where each part of it was written. */
export interface LocatedDocument {
  readonly file: string;
  readonly data: unknown;
  /** The place of a path's key or value; of the nearest part that exists where the path does not. */
  locate(path: Path, what: 'key' | 'value'): Place;
  /** The line of a path's value, as `locate` has it; a map's is at hand. */
  lineOf(path: Path): number;
}

/**
 * YAML (or JSON) text to plain data: strings, finite or infinite numbers, booleans, null, lists, and maps with text keys
 * in written order. Aliases are copied, merge keys (`<<`) merged. Empty documents are left out. A document
 * with an error is left out and its first error told: the ones after it are mostly its echo.
 */
export function readYaml(
  file: string,
  text: string,
): { readonly documents: readonly LocatedDocument[]; readonly problems: readonly Problem[] } {
  const lines = new Lines(text);
  const quick = readQuickly(text);
  if (quick !== undefined) {
    const documents = quick.map((document) => new QuicklyLocated(file, text, document, lines));
    return { documents, problems: [] };
  }
  const problems: Problem[] = [];
  const refuse = (code: string, message: string, range: Range, hint?: string): void => {
    problems.push({
      severity: 'error',
      code,
      message,
      file,
      ...lines.place(range),
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const excess = yamlExcess(text);
  if (excess !== undefined) {
    refuse('MS1003', `${file} is too complex to read: ${excess.message}`, [excess.offset, excess.offset]);
    return { documents: [], problems };
  }
  let parsed: readonly Document.Parsed[];
  try {
    parsed = documentsOf(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuse('MS1003', `${file} is too complex to read: nested too deeply`, [0, 0]);
    return { documents: [], problems };
  }
  const documents: LocatedDocument[] = [];
  for (const document of parsed) {
    const [error] = document.errors;
    if (error !== undefined) {
      const told = yamlErrorInWords(text, document, document.errors);
      refuse('MS1001', told.message, told.range, told.hint);
    } else if (document.contents !== null && !isEmpty(document.contents)) {
      const converted = toData(document.contents, refuse, lines);
      if (converted !== undefined)
        documents.push(new Located(file, converted.value, document.contents, lines));
    }
  }
  return { documents, problems };
}

/** Keys are compared in `toData`: the parser's own check takes quadratic time. */
const documentsOf = (text: string): readonly Document.Parsed[] => [
  ...(parseAllDocuments(text, {
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  }) as Document.Parsed[]),
];

/** A problem at a path of a document. */
export function problemAt(
  document: LocatedDocument,
  path: Path,
  what: 'key' | 'value',
  problem: Pick<Problem, 'severity' | 'code' | 'message' | 'hint'>,
): Problem {
  return { ...problem, file: document.file, ...document.locate(path, what) };
}

/** `spec.http[0].match[1].headers.end-user`, as Kubernetes writes a path. */
export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );

type Range = readonly [number, number];

/** Offsets of a text to lines and columns. */
class Lines {
  readonly #counter = new LineCounter();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.#counter.addNewLine(0);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
      this.#counter.addNewLine(at + 1);
  }

  lineAt(offset: number): number {
    return this.#counter.linePos(offset).line;
  }

  place([start, end]: Range): Place {
    const { line, col } = this.#counter.linePos(Math.min(start, this.#text.length));
    const lineStart = this.#counter.lineStarts[line - 1]!;
    const next = this.#counter.lineStarts[line] ?? this.#text.length;
    const excerpt = this.#text.slice(lineStart, next).replace(/\r?\n$/, '');
    const column = Math.min(col, excerpt.length + 1);
    const width = Math.max(1, Math.min(end - start, excerpt.length + 1 - column));
    return { line, column, width, excerpt };
  }
}

const isEmpty = (node: Node): boolean =>
  isScalar(node) &&
  node.value === null &&
  (node.source ?? '') === '' &&
  node.tag === undefined &&
  node.anchor === undefined;

type Refuse = (code: string, message: string, range: Range, hint?: string) => void;

/** Aliases may add this many nodes to a document; "billion laughs" wants more. */
const aliasNodeLimit = 100_000;

const duplicateLimit = 100;

const rangeOf = (node: Node): Range =>
  node.range === null || node.range === undefined ? [0, 0] : [node.range[0], node.range[1]];

/** A parsed document to plain data; undefined once a problem has been told. */
function toData(root: Node, refuse: Refuse, lines: Lines): { readonly value: unknown } | undefined {
  const anchors = new Map<string, Node>();
  const open = new Set<Node>();
  let aliasNodes = 0;
  let insideAlias = 0;
  let failed = false;
  let duplicates = 0;
  const fail = (code: string, message: string, node: Node, hint?: string): undefined => {
    if (!failed || (code === 'MS1002' && ++duplicates < duplicateLimit))
      refuse(code, message, rangeOf(node), hint);
    failed = true;
    return undefined;
  };

  const convert = (node: Node | null, depth: number): unknown => {
    if (node === null || (failed && insideAlias > 0)) return null;
    if (depth > depthLimit) return fail('MS1003', `nested deeper than ${depthLimit} levels`, node);
    if (insideAlias > 0 && ++aliasNodes > aliasNodeLimit) {
      return fail(
        'MS1003',
        `aliases (*name) repeat more than ${aliasNodeLimit} nodes; this looks like an alias bomb`,
        node,
      );
    }
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined)
        return fail('MS1001', `no anchor &${node.source} stands before this alias`, node);
      if (open.has(target)) return fail('MS1003', `the alias *${node.source} contains itself`, node);
      insideAlias += 1;
      const value = convert(target, depth);
      insideAlias -= 1;
      return value;
    }
    if ('anchor' in node && node.anchor !== undefined && insideAlias === 0) anchors.set(node.anchor, node);
    if (isScalar(node)) return plain(node.value, node.source);
    open.add(node);
    const value = isSeq(node)
      ? node.items.map((item) => convert(item as Node, depth + 1))
      : isMap(node)
        ? convertMap(node, depth)
        : null;
    open.delete(node);
    return value;
  };

  const convertMap = (map: YAMLMap, depth: number): Record<string, unknown> => {
    const data: Record<string, unknown> = {};
    const written = new Map<string, Node>();
    const merged: Pair[] = [];
    for (const pair of map.items) {
      const key = pair.key as Node | null;
      if (key === null || !isScalar(key) || (key.value === null && (key.source ?? '') === '')) {
        fail(
          'MS1001',
          'a key must be plain text',
          key ?? map,
          isCollection(key) ? 'if this is a template ({{ ... }}), render it first' : undefined,
        );
        continue;
      }
      if (isMergeKey(pair)) {
        merged.push(pair);
        continue;
      }
      const name = String(plain(key.value, key.source));
      const before = written.get(name);
      if (before !== undefined) {
        const { line } = lines.place(rangeOf(before));
        fail(
          'MS1002',
          `key "${name}" already set in map`,
          key,
          `it is set in line ${line} already; remove one of the two`,
        );
        continue;
      }
      written.set(name, key);
      set(data, name, convert(pair.value as Node | null, depth + 1));
    }
    for (const pair of merged) {
      const value = convert(pair.value as Node | null, depth + 1);
      for (const source of Array.isArray(value) ? value : [value]) {
        if (typeof source !== 'object' || source === null || Array.isArray(source)) {
          fail(
            'MS1001',
            'map merge requires map or sequence of maps as the value',
            (pair.value ?? pair.key) as Node,
          );
          break;
        }
        for (const [name, own] of Object.entries(source))
          if (!Object.hasOwn(data, name)) set(data, name, own);
      }
    }
    return data;
  };

  const value = convert(root, 0);
  return failed ? undefined : { value };
}

const isMergeKey = (pair: Pair): boolean =>
  isScalar(pair.key) && pair.key.source === '<<' && pair.key.type === 'PLAIN';

/** What JSON could hold; a `%YAML 1.1` document may bring dates and bytes, which stay as they were written. */
const plain = (value: unknown, source: string | undefined): unknown =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : (source ?? String(value));

/** Also for a key called `__proto__`. */
function set(data: Record<string, unknown>, name: string, value: unknown): void {
  if (name in data)
    Object.defineProperty(data, name, { value, writable: true, enumerable: true, configurable: true });
  else data[name] = value;
}

class Located implements LocatedDocument {
  readonly file: string;
  readonly data: unknown;
  readonly #root: Node;
  readonly #lines: Lines;
  readonly #from: number;
  readonly #pairs = new Map<YAMLMap, Map<string, Pair>>();

  /** @param from where the text that was parsed begins in that of the lines. */
  constructor(file: string, data: unknown, root: Node, lines: Lines, from = 0) {
    this.file = file;
    this.data = data;
    this.#root = root;
    this.#lines = lines;
    this.#from = from;
  }

  lineOf(path: Path): number {
    return this.locate(path, 'value').line;
  }

  locate(path: Path, what: 'key' | 'value'): Place {
    let key: Node | undefined;
    let value: Node = this.#root;
    let complete = true;
    for (const part of path) {
      const found = this.#child(value, part);
      if (found === undefined) {
        complete = false;
        break;
      }
      key = found.key ?? (found.value === null ? key : undefined);
      if (found.value === null) return this.#place(rangeOf(key ?? value));
      value = found.value;
    }
    const atKey = key !== undefined && (what === 'key' || !complete || isEmpty(value));
    if (atKey) return this.#place(rangeOf(key!));
    const [start, end] = rangeOf(value);
    return this.#place(isCollection(value) && value.flow !== true ? firstOf(value, start) : [start, end]);
  }

  #place([start, end]: Range): Place {
    return this.#lines.place([this.#from + start, this.#from + end]);
  }

  #child(
    node: Node,
    part: string | number,
  ): { readonly key?: Node; readonly value: Node | null } | undefined {
    if (isSeq(node) && typeof part === 'number') {
      const item = node.items[part];
      return item === undefined || isPair(item) ? undefined : { value: item as Node };
    }
    const pair = isMap(node) ? this.#pairsOf(node).get(String(part)) : undefined;
    return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
  }

  #pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    let pairs = this.#pairs.get(map);
    if (pairs === undefined) {
      pairs = new Map();
      for (const pair of map.items as Pair[]) {
        if (isScalar(pair.key)) pairs.set(String(plain(pair.key.value, pair.key.source)), pair);
      }
      this.#pairs.set(map, pairs);
    }
    return pairs;
  }
}

/** Most documents are never asked for a place: one that is is parsed again, by itself. */
class QuicklyLocated implements LocatedDocument {
  readonly file: string;
  readonly data: unknown;
  readonly #text: string;
  readonly #document: QuickDocument;
  readonly #lines: Lines;
  #located: Located | undefined;

  constructor(file: string, text: string, document: QuickDocument, lines: Lines) {
    this.file = file;
    this.data = document.data;
    this.#text = text;
    this.#document = document;
    this.#lines = lines;
  }

  locate(path: Path, what: 'key' | 'value'): Place {
    this.#located ??= this.#parsed();
    return this.#located.locate(path, what);
  }

  lineOf(path: Path): number {
    const value = path.reduce<unknown>(
      (data, part) => (data as Readonly<Record<string | number, unknown>>)[part],
      this.data,
    );
    const start = this.#document.starts.get(value as object);
    return start === undefined ? this.locate(path, 'value').line : this.#lines.lineAt(start);
  }

  #parsed(): Located {
    const { from, to } = this.#document;
    const [document] = documentsOf(this.#text.slice(from, to));
    return new Located(this.file, this.data, document!.contents!, this.#lines, from);
  }
}

/** A block map or list is shown by its first key or dash, not by all its lines. */
function firstOf(collection: Node, start: number): Range {
  const first = isMap(collection) ? collection.items[0]?.key : undefined;
  return isScalar(first) ? rangeOf(first) : [start, start + 1];
}
