import type { HeaderOperations, HeaderValueOption, Route } from './route.ts';

/** A header as it stands in a message; names in lower case, and one name may stand there several times. */
export type HeaderLine = readonly [name: string, value: string];

/**
 * What is to be removed goes first; then values that replace others, then those that come beside others, in their order. An empty
 * value adds nothing. Source: source/common/router/header_parser.cc, HeaderParser::evaluateHeaders.
 */
export function evaluateHeaders(
  lines: readonly HeaderLine[],
  add: readonly HeaderValueOption[] = [],
  remove: readonly string[] = [],
): readonly HeaderLine[] {
  const gone = new Set(remove.map((name) => name.toLowerCase()));
  let left = lines.filter(([name]) => !gone.has(name));
  const told = add.filter(({ header }) => header.value !== '');
  const lineOf = ({ header: { key, value } }: HeaderValueOption): HeaderLine => [
    key.toLowerCase(),
    // Twice written, so that it is no command of Envoy's.
    value.replaceAll('%%', '%'),
  ];
  for (const option of told.filter(replaces)) {
    const line = lineOf(option);
    left = [...left.filter(([name]) => name !== line[0]), line];
  }
  return [...left, ...told.filter((own) => !replaces(own)).map(lineOf)];
}

const replaces = (own: HeaderValueOption): boolean => own.append_action === 'OVERWRITE_IF_EXISTS_OR_ADD';

/** Whether a route, or one of its destinations, does something to the requests that follow it. */
export const changesRequests = (route: Route): boolean =>
  levels(route).some(
    (own) =>
      (own.request_headers_to_add ?? []).length > 0 || (own.request_headers_to_remove ?? []).length > 0,
  );

/**
 * A request's headers as they leave for a destination of its route (a place in the list of weighted clusters; of no meaning where
 * there is one cluster). Source: source/common/router/config_impl.cc, WeightedClusterEntry::finalizeRequestHeaders: the
 * destination's operations go before the route's.
 */
export function sentHeaders(
  route: Route,
  destination: number,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  let lines: readonly HeaderLine[] = Object.entries(headers);
  for (const { request_headers_to_add: add, request_headers_to_remove: remove } of levels(route, destination))
    lines = evaluateHeaders(lines, add, remove);
  return joined(lines);
}

/** What a route lays on an answer that came without headers, whoever answered; in the same order. */
export function answerHeaders(route: Route, destination: number): readonly HeaderLine[] {
  let lines: readonly HeaderLine[] = [];
  for (const { response_headers_to_add: add, response_headers_to_remove: remove } of levels(
    route,
    destination,
  ))
    lines = evaluateHeaders(lines, add, remove);
  return lines;
}

/** The values of Set-Cookie that answers carry, by destination; empty where none does. */
export function setCookies(route: Route): readonly (readonly string[])[] {
  const destinations = route.route?.weighted_clusters?.clusters.length ?? 1;
  const cookies = Array.from({ length: destinations }, (_, destination) =>
    answerHeaders(route, destination).flatMap(([name, value]) => (name === 'set-cookie' ? [value] : [])),
  );
  return cookies.some((own) => own.length > 0) ? cookies : [];
}

/** Most specific first; without a destination: all that there are. */
const levels = (route: Route, destination?: number): readonly HeaderOperations[] => {
  const clusters = route.route?.weighted_clusters?.clusters ?? [];
  return [...(destination === undefined ? clusters : clusters.slice(destination, destination + 1)), route];
};

/** Lines of one name as matchers and applications see them (header_map_impl.cc, delimiterByHeader). */
function joined(lines: readonly HeaderLine[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of lines) {
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return headers;
}
