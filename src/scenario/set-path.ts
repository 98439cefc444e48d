import { readYaml } from '../manifest/located.ts';
import type { Problem } from '../manifest/problem.ts';

/**
 * `spec.traffic[0].rps=80` into plain data, in place; `spec.` may be left out. The value is YAML, so 80 is a number and
 * `{ preset: off }` a map. Maps on the way are made where they are missing; list entries must exist.
 */
export function setPath(data: unknown, assignment: string): Problem[] {
  const problem = (message: string): Problem[] => [
    { severity: 'error', code: 'MS2008', message, file: `--set ${assignment}` },
  ];
  const at = assignment.indexOf('=');
  if (at <= 0) return problem('expected path=value');
  const parts: string[] = assignment.slice(0, at).match(/[^.[\]]+/g) ?? [];
  if (parts.length === 0) return problem('the path is empty');
  if (!['spec', 'metadata', 'apiVersion', 'kind'].includes(parts[0]!)) parts.unshift('spec');
  if (parts.some((part) => part === '__proto__' || part === 'constructor')) return problem('no such field');
  const { documents, problems } = readYaml('--set', assignment.slice(at + 1));
  if (problems.length > 0) return problem(`the value is not YAML: ${problems[0]!.message}`);
  let current = data as Record<string, unknown> | unknown[];
  for (const part of parts.slice(0, -1)) {
    const key = Array.isArray(current) ? Number(part) : part;
    const next = (current as Record<string | number, unknown>)[key];
    if (next === undefined && !Array.isArray(current)) current[part] = {};
    else if (typeof next !== 'object' || next === null) return problem(`there is nothing at "${part}"`);
    current = (current as Record<string | number, unknown>)[key] as typeof current;
  }
  const last = parts[parts.length - 1]!;
  if (Array.isArray(current) && !(Number(last) < current.length))
    return problem(`the list has ${current.length} entries`);
  (current as Record<string | number, unknown>)[Array.isArray(current) ? Number(last) : last] =
    documents[0]?.data ?? null;
  return [];
}
