import type { Cursor } from '../cursor.ts';
import type { HttpRouteMatch, HttpRouteRule } from '../resource.ts';
import { checkFilters, readFilters, readModifiers, unsupportedFilter } from './gateway-api-filter.ts';
import { checkItems, checkSectionName, readBackend, refuseRule } from './gateway-api.ts';

/** Rules of a route of HTTP or gRPC: names once, and not too many matches in all. */
export function checkTotals(rules: Cursor): void {
  const names = rules.items.flatMap((own) => own.at('name').text ?? []);
  if (new Set(names).size < names.length) refuseRule(rules, 'Rule name must be unique within the route');
  const matches = rules.items.reduce((sum, own) => sum + own.at('matches').items.length, 0);
  if (matches > 128) {
    refuseRule(
      rules,
      'While 16 rules and 64 matches per rule are allowed, the total number of matches across all rules in a route must be less than 128',
    );
  }
}

/** What a rule of HTTP has in common with one of gRPC. */
export function readRule(
  rule: Cursor,
  namespace: string,
  readMatches: (matches: Cursor) => readonly HttpRouteMatch[],
): HttpRouteRule {
  const [name, matches, backends] = ['name', 'matches', 'backendRefs'].map((field) => rule.at(field)) as [
    Cursor,
    Cursor,
    Cursor,
  ];
  checkSectionName(name);
  checkItems(matches, 0, 64);
  checkItems(backends, 0, 16);
  checkFilters(rule);
  const unsupported = unsupportedFilter(rule);
  return {
    ...(name.text === undefined ? {} : { name: name.text }),
    matches: readMatches(matches),
    backendRefs: backends.items.map((own) => {
      checkFilters(own);
      return { ...readBackend(own, namespace), ...readModifiers(own.at('filters')) };
    }),
    ...readFilters(rule.at('filters'), namespace),
    ...(unsupported === undefined ? {} : { unsupportedFilter: unsupported }),
  };
}
