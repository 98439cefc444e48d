import { parseIsoTime } from '../../accesslog/iso-time.ts';
import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';

/** A manifest that somebody applied. */
export interface AppliedFile {
  /** Since 1970. */
  readonly atMs: number;
  /** Its name, without the folders before it. */
  readonly file: string;
}

const time = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/;
const apply =
  /\b(?:kubectl|oc)\b.*?\b(?:apply|replace|create)\b.*?(?:\s-f|--filename)[=\s]+["']?([^\s"',;]+)/;

/** Nobody types a longer one, and what looks for words in it takes time by the square of its length, or more. */
const longestCommand = 2000;

/**
 * Who keeps a list of changes, a shell's history with times or a job's log has a line for each: a time, and `kubectl apply -f FILE`.
 * @returns undefined where most lines are none such
 */
export function appliedFiles(text: string): AppliedFile[] | undefined {
  let others = 0;
  const found = text.split('\n').flatMap((line): AppliedFile[] => {
    if (line.trim() === '') return [];
    const isShort = line.length <= longestCommand;
    const us = isShort ? parseIsoTime(time.exec(line)?.[0] ?? '') : undefined;
    const file = isShort ? apply.exec(line)?.[1] : undefined;
    if (us === undefined || file === undefined) {
      others += 1;
      return [];
    }
    return [{ atMs: us / 1000, file: file.split('/').at(-1)! }];
  });
  return found.length === 0 || others > found.length ? undefined : found;
}

/**
 * By which weights some objects split a Service, by the versions of its subsets; undefined: they split none, or which requests a subset
 * gets is told by what stands in them (headers), so that weights alone are no shares.
 * @param all what says whose labels a subset has
 */
export function weightsOf(
  objects: readonly unknown[],
  all: readonly unknown[],
): Readonly<Record<string, number>> | undefined {
  for (const object of objects.map(mapOf)) {
    if (object['kind'] !== 'VirtualService') continue;
    const rules = listOf(mapOf(object['spec'])['http']);
    const chosen = rules.filter((rule) => rule['match'] !== undefined && namesSubset(rule));
    for (const rule of rules.filter((own) => own['match'] === undefined)) {
      if (chosen.length > 0) continue;
      const routes = listOf(rule['route']).map((route) => ({
        ...mapOf(route['destination']),
        weight: route['weight'],
      }));
      if (routes.length === 0 || routes.some((route) => mapOf(route)['subset'] === undefined)) continue;
      return Object.fromEntries(
        routes.map((route) => {
          const { host, subset, weight } = mapOf(route);
          return [
            versionOf(String(host), String(subset), all),
            typeof weight === 'number' ? weight : routes.length === 1 ? 100 : 0,
          ];
        }),
      );
    }
  }
  return undefined;
}

const namesSubset = (rule: Data): boolean =>
  listOf(rule['route']).some((route) => mapOf(route['destination'])['subset'] !== undefined);

function versionOf(host: string, subset: string, all: readonly unknown[]): string {
  const short = (name: unknown): string => String(name).split('.')[0]!;
  for (const rule of all.map(mapOf)) {
    if (rule['kind'] !== 'DestinationRule' || short(mapOf(rule['spec'])['host']) !== short(host)) continue;
    const found = listOf(mapOf(rule['spec'])['subsets']).find((own) => own['name'] === subset);
    const { version } = mapOf(found?.['labels']);
    if (version !== undefined) return String(version);
  }
  return subset;
}
