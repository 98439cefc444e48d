import type { z } from 'zod';
import { didYouMean } from '../manifest/did-you-mean.ts';
import { readYaml, type LocatedDocument } from '../manifest/located.ts';
import { pathText } from '../manifest/path-text.ts';
import type { Checked, Problem } from '../manifest/problem.ts';

/** The one document of a text, as plain data; undefined with the reason where there is none, or several. */
export function readDocument(file: string, text: string, kind: string): Checked<LocatedDocument> {
  const { documents, problems } = readYaml(file, text);
  if (problems.some((problem) => problem.severity === 'error')) return { value: undefined, problems };
  const [document, ...others] = documents;
  if (document === undefined || others.length > 0) {
    const message =
      document === undefined
        ? `no ${kind} in ${file}: the file is empty`
        : `${file} holds ${documents.length} documents; one ${kind} is expected`;
    return {
      value: undefined,
      problems: [...problems, { severity: 'error', code: 'MS2001', message, file }],
    };
  }
  return { value: document, problems };
}

/**
 * A document of a kind of our own, checked: every mistake with its place. `data` may differ from what is written (`--set`, numbers
 * that stand for their names).
 */
export function checkKind<S extends z.ZodType>(
  file: string,
  document: LocatedDocument,
  schema: S,
  data: unknown,
): Checked<z.output<S>> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return { value: parsed.data, problems: [] };
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(file, document, issue, schema));
  return { value: undefined, problems };
}

type Issue = z.core.$ZodIssue;

/** Words of other tools for fields of ours, which no typing error explains. */
const alsoCalled: Readonly<Record<string, readonly string[]>> = {
  concurrency: ['workers', 'threads', 'parallelism', 'maxConcurrency'],
  rps: ['rate', 'qps', 'requestsPerSecond'],
  probability: ['optional', 'share', 'chance'],
  awaits: ['await', 'async', 'wait', 'fireAndForget'],
  together: ['parallel', 'concurrently', 'all'],
  takes: ['time', 'after', 'latency', 'duration'],
  work: ['sleep', 'delay', 'wait', 'serviceTime', 'latency'],
  count: ['users', 'number', 'times'],
  every: ['interval', 'period'],
  arrivals: ['open', 'poisson', 'constant'],
  think: ['thinkTime', 'pause'],
  replicas: ['pods', 'count'],
  at: ['time', 'when'],
  max: ['below', 'atMost'],
  min: ['above', 'atLeast'],
};

function problemsOf(file: string, document: LocatedDocument, issue: Issue, schema: z.ZodType): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const at = (place: readonly (string | number)[], what: 'key' | 'value') =>
    document.locate([...place], what);
  const where = pathText(path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const known = knownKeys(schema, path);
      const near = known.find((own) => alsoCalled[own]?.includes(key)) ?? didYouMean(key, known);
      return {
        severity: 'error' as const,
        code: 'MS2002',
        message: `unknown field "${pathText([...path, key])}"`,
        file,
        ...at([...path, key], 'key'),
        ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
      };
    });
  }
  // A union says only that nothing fitted; the branch that came furthest says why.
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of two that came as far, the one that understood the value and says what is wrong with it.
    const depth = (issues: readonly Issue[]): number =>
      Math.max(0, ...issues.map((own) => own.path.length + (own.code === 'custom' ? 0.5 : 0)));
    const branches = issue.errors.filter((branch) => branch.length > 0);
    const best = branches.reduce<readonly Issue[] | undefined>(
      (found, branch) => (found === undefined || depth(branch) > depth(found) ? branch : found),
      undefined,
    );
    if (best !== undefined) {
      return best.flatMap((own) =>
        problemsOf(file, document, { ...own, path: [...issue.path, ...own.path] }, schema),
      );
    }
  }
  const missing = issue.code === 'invalid_type' && /received undefined/.test(issue.message);
  const message = missing
    ? `${where === '' ? 'the document' : where} is missing`
    : `${where === '' ? '' : `${where}: `}${issue.message}`;
  return [
    {
      severity: 'error',
      code: missing ? 'MS2003' : 'MS2004',
      message,
      file,
      ...at(missing ? path.slice(0, -1) : path, 'value'),
    },
  ];
}

/** Field names that the schema knows at a path; [] where it cannot be told. */
function knownKeys(schema: unknown, path: readonly (string | number)[]): string[] {
  const [part, ...rest] = path;
  return branchesOf(schema).flatMap(({ shape = {}, element }) => {
    if (part === undefined) return Object.keys(shape);
    const next = typeof part === 'number' ? element : Object.hasOwn(shape, part) ? shape[part] : undefined;
    return next === undefined ? [] : knownKeys(next, rest);
  });
}

interface Branch {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
}

/** Through optional, default and the like, and into each branch of a union. */
function branchesOf(schema: unknown): Branch[] {
  const { def } = schema as { def?: { innerType?: unknown; in?: unknown; options?: readonly unknown[] } };
  const inner = def?.innerType ?? def?.in;
  if (inner !== undefined) return branchesOf(inner);
  return def?.options === undefined ? [schema as Branch] : def.options.flatMap(branchesOf);
}
