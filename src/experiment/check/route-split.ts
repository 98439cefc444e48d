import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import { linearRegex } from '../../manifest/linear-regex.ts';
import type { HttpMatch, HttpRouteMatch, StringMatch } from '../../manifest/resource.ts';
import { plural } from '../../words/number.ts';
import type { LeftOut } from './choice.ts';

/** What a rule of a manifest asks of a request, as far as a log may tell. */
export interface RouteMatch {
  readonly uri?: StringMatch;
  /** A prefix ends where a part of the path does (Gateway API). */
  readonly byParts?: boolean;
  readonly ignoresCase?: boolean;
  readonly method?: StringMatch;
  readonly authority?: StringMatch;
  /** Headers and the like, of which a log tells nothing. */
  readonly asksMore: boolean;
}

/** One of several rules that send to the versions of a service. */
export interface RouteRule {
  readonly name: string | undefined;
  /** "route 1 of 2 of VirtualService reviews". */
  readonly label: string;
  /** Any of them; none: it takes all that comes to it. */
  readonly matches: readonly RouteMatch[];
  /** Versions that it gives a weight to. */
  readonly keys: readonly string[];
}

/** All rules for a service in the order in which they are tried, and the one that is judged. */
export interface RouteRules {
  readonly rules: readonly RouteRule[];
  readonly judged: RouteRule;
  /** Whether the first that matches takes it, as in a VirtualService; else the most specific one. */
  readonly isOrdered: boolean;
}

type Answer = 'yes' | 'no' | 'unknown';

/** Tells the requests that other rules sent from those of the rule that is judged, as far as the data let it. */
export class RouteSplit {
  readonly #rules: RouteRules;
  /** Left out as theirs, and counted though they may be theirs: by rule and version. */
  readonly #mayBe = new Map<RouteRule, Map<string, number>>();
  readonly #shared = new Map<RouteRule, Set<string>>();

  constructor(rules: RouteRules) {
    this.#rules = rules;
  }

  /** Why a request for that version is not counted; undefined: it is. */
  leaves(key: string, request: RecordedRequest): LeftOut | undefined {
    const { judged } = this.#rules;
    const named = this.#named(request.routeName);
    if (named !== undefined) return named === judged ? undefined : ofAnother;
    const possible = this.#possible(request);
    if (possible.length > 0 && !possible.includes(judged)) return ofAnother;
    const others = possible.filter((own) => own !== judged && own.keys.includes(key));
    if (judged.keys.includes(key)) {
      for (const own of others) this.#shared.set(own, (this.#shared.get(own) ?? new Set()).add(key));
      return undefined;
    }
    const [first] = others;
    if (first === undefined) return undefined;
    const known = this.#mayBe.get(first) ?? new Map<string, number>();
    this.#mayBe.set(first, known.set(key, (known.get(key) ?? 0) + (request.times ?? 1)));
    return 'that another route of the manifest may have sent';
  }

  /** What the data do not tell. */
  notes(): string[] {
    const { judged } = this.#rules;
    return [
      ...[...this.#mayBe].flatMap(([own, counts]) =>
        [...counts].map(
          ([key, times]) =>
            `${capital(own.label)} may have sent ${plural(times, 'request')} to ${key}, which has no weight in ${judged.label}: whether it did is not told by the data, and they are not judged.`,
        ),
      ),
      ...[...this.#shared].map(
        ([own, keys]) =>
          `${capital(own.label)} sends to ${[...keys].join(', ')}, too, by a match that the data do not tell: such requests stand among those that are judged.`,
      ),
    ];
  }

  /** Istio names a route of Envoy by the rule, and by the match of it where that has a name. */
  #named(routeName: string | undefined): RouteRule | undefined {
    if (routeName === undefined) return undefined;
    return this.#rules.rules.find(
      ({ name }) => name !== undefined && (routeName === name || routeName.startsWith(`${name}.`)),
    );
  }

  #possible(request: RecordedRequest): RouteRule[] {
    const { rules, isOrdered } = this.#rules;
    const possible: RouteRule[] = [];
    let isTaken = false;
    for (const rule of rules) {
      if (isTaken && (isOrdered || rule.matches.length === 0)) break;
      const answer = ofRule(rule, request);
      if (answer !== 'no') possible.push(rule);
      if (answer === 'yes') isTaken = true;
    }
    return possible;
  }
}

const ofAnother: LeftOut = 'that another route of the manifest sent';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function ofRule({ matches }: RouteRule, request: RecordedRequest): Answer {
  if (matches.length === 0) return 'yes';
  const answers = matches.map((own) => ofMatch(own, request));
  return answers.find((own) => own === 'yes') ?? answers.find((own) => own === 'unknown') ?? 'no';
}

function ofMatch(match: RouteMatch, { path, method, authority }: RecordedRequest): Answer {
  const answers = [
    ofText(match.uri, path?.replace(/[?#].*$/, ''), match),
    ofText(match.method, method),
    ofText(match.authority, authority),
    match.asksMore ? 'unknown' : 'yes',
  ] as const;
  return answers.find((own) => own === 'no') ?? answers.find((own) => own === 'unknown') ?? 'yes';
}

function ofText(
  wanted: StringMatch | undefined,
  text: string | undefined,
  { byParts = false, ignoresCase = false }: Partial<RouteMatch> = {},
): Answer {
  if (wanted === undefined) return 'yes';
  if (text === undefined) return 'unknown';
  const same = (own: string): string => (ignoresCase ? own.toLowerCase() : own);
  if (wanted.exact !== undefined) return same(text) === same(wanted.exact) ? 'yes' : 'no';
  if (wanted.prefix !== undefined) {
    const prefix = byParts ? wanted.prefix.replace(/\/$/, '') : wanted.prefix;
    if (!same(text).startsWith(same(prefix))) return 'no';
    return !byParts || text.length === prefix.length || text[prefix.length] === '/' ? 'yes' : 'no';
  }
  if (wanted.regex === undefined) return 'unknown';
  // Envoy asks for all of the text.
  const regex = regexOf(wanted.regex);
  return 'problem' in regex ? 'unknown' : regex.matchesWhole(text) ? 'yes' : 'no';
}

const regexes = new Map<string, ReturnType<typeof linearRegex>>();

function regexOf(pattern: string): ReturnType<typeof linearRegex> {
  const known = regexes.get(pattern) ?? linearRegex(pattern);
  regexes.set(pattern, known);
  return known;
}

export function matchOfRule(match: HttpMatch): RouteMatch {
  const { uri, ignoreUriCase, method, authority, name: _, ...more } = match;
  return {
    ...(uri === undefined ? {} : { uri }),
    ...(method === undefined ? {} : { method }),
    ...(authority === undefined ? {} : { authority }),
    ignoresCase: ignoreUriCase === true,
    asksMore: Object.values(more).some(
      (own) => own !== undefined && (typeof own !== 'object' || Object.keys(own).length > 0),
    ),
  };
}

export function matchOfHttpRoute({ path, method, headers, queryParams }: HttpRouteMatch): RouteMatch {
  const kind = path.type === 'Exact' ? 'exact' : path.type === 'PathPrefix' ? 'prefix' : 'regex';
  return {
    uri: { [kind]: path.value },
    byParts: true,
    ...(method === undefined ? {} : { method: { exact: method } }),
    asksMore: headers.length + queryParams.length > 0,
  };
}
