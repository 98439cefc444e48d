import type { Path } from '../located.ts';
import type { Problem } from '../problem.ts';
import type { HttpMatch, HttpRoute, StringMatch, VirtualService } from '../resource.ts';
import { istio } from './message.ts';
import { problemIn, type Check } from './setting.ts';

/**
 * Rules and matches that nothing reaches, as Istio's validation finds them (pkg/config/validation/validation.go,
 * analyzeUnreachableHTTPRules), and one that it overlooks: a rule with matches behind a rule without.
 */
export const unreachable: Check = (setting) => setting.virtualServices.flatMap(unreachableIn);

function unreachableIn(own: VirtualService): readonly Problem[] {
  const rules = own.spec.http;
  const problems: Problem[] = [];
  const unused = (rule: number, reason: string): void => {
    const message = `VirtualService rule ${ruleName(rules[rule]!, rule)} not used (${reason}).`;
    problems.push(problemIn(own, ['spec', 'http', rule], 'value', { ...istio('IST0130'), message }));
  };
  const ineffective = (path: Path, rule: number, match: string, by: string): void => {
    const message = `VirtualService rule ${ruleName(rules[rule]!, rule)} match ${match} is not used (duplicate/overlapping match in rule ${by}).`;
    problems.push(problemIn(own, path, 'value', { ...istio('IST0131'), message }));
  };

  const met = new Map<string, number>();
  const prefixes: Prefix[] = [];
  let catchAll: number | undefined;
  rules.forEach((http, rule) => {
    if (http.match.length === 0) {
      if (catchAll !== undefined) unused(rule, 'only the last rule can have no matches');
      catchAll ??= rule;
      return;
    }
    if (catchAll !== undefined) {
      unused(
        rule,
        `rule ${ruleName(rules[catchAll]!, catchAll)} before it has no matches and takes every request`,
      );
      return;
    }
    let duplicates = 0;
    http.match.forEach((match, index) => {
      const path = ['spec', 'http', rule, 'match', index];
      const key = JSON.stringify({ ...match, name: undefined });
      const before = met.get(key);
      if (before !== undefined) {
        duplicates += 1;
        ineffective(path, rule, matchName(match, index), ruleName(rules[before]!, before));
        return;
      }
      met.set(key, rule);
      const prefix = match.uri?.prefix;
      if (prefix !== undefined && prefix !== '') prefixes.push({ prefix, match, rule, index, path });
    });
    if (duplicates === http.match.length) unused(rule, 'all matches used by prior rules');
  });

  prefixes.forEach((first, at) => {
    for (const second of prefixes.slice(at + 1)) {
      if (first.prefix === second.prefix || !covers(first, second)) continue;
      ineffective(
        second.path,
        second.rule,
        `${matchName(second.match, second.index)} of prefix ${second.prefix}`,
        `${matchName(first.match, first.index)} of prefix ${first.prefix} on ${ruleName(rules[first.rule]!, first.rule)}`,
      );
    }
  });
  return problems;
}

interface Prefix {
  readonly prefix: string;
  readonly match: HttpMatch;
  readonly rule: number;
  readonly index: number;
  readonly path: Path;
}

const ruleName = (http: HttpRoute, index: number): string => (http.name ? `"${http.name}"` : `#${index}`);
const matchName = (match: HttpMatch, index: number): string => (match.name ? `"${match.name}"` : `#${index}`);

/** Whether an earlier match takes all that a later one asks for; like Istio's coveredValidation, but only what is certain. */
function covers(first: Prefix, second: Prefix): boolean {
  const [a, b] = [first.match, second.match];
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  return (
    second.prefix.startsWith(first.prefix) &&
    same(a.port, b.port) &&
    same(a.method, b.method) &&
    same(a.authority, b.authority) &&
    same(a.scheme, b.scheme) &&
    same(a.gateways, b.gateways) &&
    same(a.sourceLabels, b.sourceLabels) &&
    same(a.sourceNamespace, b.sourceNamespace) &&
    (a.ignoreUriCase === true || b.ignoreUriCase !== true) &&
    sameConditions(a.headers, b.headers) &&
    sameConditions(a.queryParams, b.queryParams) &&
    sameConditions(a.withoutHeaders, b.withoutHeaders)
  );
}

type Conditions = Readonly<Record<string, StringMatch>> | undefined;

const sameConditions = (a: Conditions = {}, b: Conditions = {}): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(
    ([name, match]) => Object.hasOwn(b, name) && JSON.stringify(match) === JSON.stringify(b[name]),
  );
