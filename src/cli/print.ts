import { renderProblem } from '../manifest/explain-problem.ts';
import type { LeftOut } from '../manifest/left-out.ts';
import { leftOutText } from '../manifest/left-out-text.ts';
import type { Problem } from '../manifest/problem.ts';
import { wrapped } from '../report/layout.ts';
import { plain } from '../report/paint.ts';
import type { Io } from './io.ts';

/** Problems to stderr, mistakes before warnings, each with its place. */
export function printProblems(io: Io, problems: readonly Problem[]): void {
  const rank = { error: 0, warning: 1, info: 2 };
  const sorted = [...problems].sort((a, b) => rank[a.severity] - rank[b.severity]);
  const { bad, warn, dim } = io.isTty.stderr ? io.paint : plain;
  for (const problem of sorted) {
    const text = renderProblem(problem);
    const paint = { error: bad, warning: warn, info: dim }[problem.severity];
    const firstLine = text.indexOf('\n') < 0 ? text : text.slice(0, text.indexOf('\n'));
    io.stderr(`${paint(firstLine)}${text.slice(firstLine.length)}\n`);
  }
}

/** A note of what is read, and without effect in the model; nothing where there is nothing. */
export function printNotModelled(io: Io, ignored: readonly LeftOut[]): void {
  if (ignored.length === 0) return;
  const { dim } = io.isTty.stderr ? io.paint : plain;
  const lines = wrapped(
    `note: read, but without effect in the model: ${ignored.map(leftOutText).join('; ')}`,
    io.width,
    '',
    '  ',
  );
  io.stderr(`${lines.map(dim).join('\n')}\n`);
}

export const hasErrors = (problems: readonly Problem[]): boolean =>
  problems.some((problem) => problem.severity === 'error');

/** Loaded when it is asked for: most commands print none. */
export async function toYaml(data: unknown): Promise<string> {
  const { yamlText } = await import('./yaml-text.ts');
  return yamlText(data);
}
