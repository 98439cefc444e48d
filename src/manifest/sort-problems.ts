import type { Problem } from './problem.ts';

/** By file as they were given, then by place; what is said twice of one place is said once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map((problem) => problem.file))];
  const key = (problem: Problem): string =>
    JSON.stringify([problem.file, problem.line, problem.column, problem.code, problem.message]);
  const seen = new Set<string>();
  return problems
    .filter((problem) => !seen.has(key(problem)) && seen.add(key(problem)))
    .sort(
      (a, b) =>
        files.indexOf(a.file) - files.indexOf(b.file) ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0),
    );
}
