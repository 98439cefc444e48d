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
  if (parts.includes('__proto__')) return problem('no such field');
  const { documents, problems } = readYaml('--set', assignment.slice(at + 1));
  if (problems.length > 0) return problem(`the value is not YAML: ${problems[0]!.message}`);
  let current = data;
  for (const [place, part] of parts.entries()) {
    if (typeof current !== 'object' || current === null) {
      const where = place === 0 ? 'the document' : `"${parts[place - 1]!}"`;
      return problem(`${where} is no map and no list, so there is no "${part}" in it`);
    }
    const isLast = place === parts.length - 1;
    if (Array.isArray(current)) {
      if (!(/^\d+$/.test(part) && Number(part) < current.length))
        return problem(`there is no entry "${part}": the list has ${current.length}, counted from 0`);
      if (isLast) current[Number(part)] = documents[0]?.data ?? null;
      current = current[Number(part)];
    } else {
      const map = current as Record<string, unknown>;
      if (isLast) map[part] = documents[0]?.data ?? null;
      else if (!Object.hasOwn(map, part)) map[part] = {};
      current = map[part];
    }
  }
  return [];
}
