import { canonical } from '../canonical.ts';
import type { Cursor } from '../cursor.ts';
import type { Path } from '../located.ts';
import type { Problem } from '../problem.ts';
import { istio } from './message.ts';
import { problemIn } from './problem-in.ts';
import type { Check } from './setting.ts';
import type { Written } from './written.ts';

/**
 * Rules and matches that nothing reaches, as Istio's validation finds them (pkg/config/validation/validation.go,
 * analyzeUnreachableHTTPRules and its like for TCP and TLS).
 */
export const unreachable: Check = (setting) =>
  setting
    .written('networking.istio.io', 'VirtualService')
    .flatMap((own) => [
      ...unreachableIn(own, 'http'),
      ...unreachableIn(own, 'tcp'),
      ...unreachableIn(own, 'tls'),
    ]);

function unreachableIn(own: Written, protocol: 'http' | 'tcp' | 'tls'): readonly Problem[] {
  const rules = own.spec.at(protocol).items;
  const problems: Problem[] = [];
  const unused = (rule: Cursor, reason: string): void => {
    const message = `VirtualService rule ${nameOf(rule)} not used (${reason}).`;
    problems.push(problemIn(own.object, rule.path, 'value', { ...istio('IST0130'), message }));
  };
  const ineffective = (path: Path, rule: Cursor, match: string, by: string): void => {
    const message = `VirtualService rule ${nameOf(rule)} match ${match} is not used (duplicate/overlapping match in rule ${by}).`;
    problems.push(problemIn(own.object, path, 'value', { ...istio('IST0131'), message }));
  };

  const met = new Map<string, Cursor>();
  const prefixes: Prefix[] = [];
  let catchAll: Cursor | undefined;
  for (const rule of rules) {
    const matches = rule.at('match').items;
    if (matches.length === 0) {
      if (catchAll !== undefined) unused(rule, 'only the last rule can have no matches');
      catchAll ??= rule;
      continue;
    }
    if (catchAll !== undefined) {
      unused(rule, `rule ${nameOf(catchAll)} before it has no matches and takes every request`);
      continue;
    }
    let duplicates = 0;
    for (const match of matches) {
      const key = canonical({ ...(match.data as object | null), name: undefined });
      const before = met.get(key);
      if (before !== undefined) {
        duplicates += 1;
        ineffective(match.path, rule, nameOf(match), nameOf(before));
        continue;
      }
      met.set(key, rule);
      const prefix = match.at('uri', 'prefix').text;
      if (protocol === 'http' && prefix !== undefined && prefix !== '')
        prefixes.push({ prefix, match, rule });
    }
    if (duplicates === matches.length) unused(rule, 'all matches used by prior rules');
  }

  prefixes.forEach((first, at) => {
    for (const second of prefixes.slice(at + 1)) {
      if (first.prefix === second.prefix || !covers(first, second)) continue;
      ineffective(
        second.match.path,
        second.rule,
        `${nameOf(second.match)} of prefix ${second.prefix}`,
        `${nameOf(first.match)} of prefix ${first.prefix} on ${nameOf(first.rule)}`,
      );
    }
  });
  return problems;
}

interface Prefix {
  readonly prefix: string;
  readonly match: Cursor;
  readonly rule: Cursor;
}

/** `"name"` of a rule or a match, else `#2`, its place. */
function nameOf(own: Cursor): string {
  const name = own.at('name').text;
  return name ? `"${name}"` : `#${own.path[own.path.length - 1]}`;
}

/**
 * Whether an earlier match takes all that a later one asks for: Istio's coveredValidation, but only what is certain. It takes a
 * match without a method for one on GET; that it covers one on GET is so either way.
 */
function covers(first: Prefix, second: Prefix): boolean {
  const [a, b] = [first.match, second.match];
  const same = (field: string): boolean => canonical(a.at(field).data) === canonical(b.at(field).data);
  const [all, only] = [a.at('method'), b.at('method')];
  const anyMethod = !all.isSet && only.at('exact').text === 'GET';
  return (
    second.prefix.startsWith(first.prefix) &&
    (same('method') || anyMethod) &&
    alike.every(same) &&
    (a.at('ignoreUriCase').boolean === true || b.at('ignoreUriCase').boolean !== true)
  );
}

const alike = [
  'port',
  'authority',
  'scheme',
  'gateways',
  'sourceLabels',
  'sourceNamespace',
  'headers',
  'queryParams',
  'withoutHeaders',
] as const;
