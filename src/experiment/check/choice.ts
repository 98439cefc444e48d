import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import { pageLook, versionOf, type PageLook } from '../../accesslog/stars.ts';
import { chosenCluster } from '../../accesslog/subset-of.ts';
import { ownCopy } from './own-copy.ts';
import type { LinearRegex } from '../../manifest/linear-regex.ts';

/** Which service a request went to and which version of it was chosen; or why it tells of no choice. */
export type Choice =
  | {
      readonly service: string;
      readonly key: string;
      /** The key is the name of a subset, which is exact: no other word for a version. */
      readonly isSubset?: true;
    }
  | {
      readonly leftOut: LeftOut;
      /** The service that it went to without a rule that chose: its host, full or short. */
      readonly past?: string;
    };

/** Why a request says nothing about the split, in the words of the answer: "12 requests ...". */
export type LeftOut =
  | 'that arrived at a pod (inbound: nothing is chosen there)'
  | 'without an upstream cluster (no route was found, or the log format lacks it)'
  | 'that the proxy passed on to an address that is no service it knows (PassthroughCluster)'
  | 'that the proxy refused, as it knows no service for them (BlackHoleCluster)'
  | 'to a cluster of Envoy Gateway (httproute/...: one for all backends of a rule, which tells no version)'
  | 'to clusters whose names are not those of Istio, and tell no version'
  | 'to other services'
  | 'that another route of the manifest sent'
  | 'that another route of the manifest may have sent'
  | 'to services as a whole, without a subset (no rule chose one, or the versions are Services of their own: name those in --weights)'
  | 'that are mirrored copies'
  | 'in which the pattern was not found'
  | 'without a version'
  | 'that a second proxy counted, too (of reporter source, waypoint and destination one is taken)'
  | 'that were read before (the same request id and time: a log given twice, or two that overlap)'
  | 'that are no product page'
  | 'that showed an error in place of the reviews'
  | 'whose page does not tell the version (its ratings had failed)';

/** The same of one request, where that is said otherwise. */
export const ofOne: Readonly<Partial<Record<LeftOut, string>>> = {
  'that are mirrored copies': 'that is a mirrored copy',
  'that are no product page': 'that is no product page',
  'that were read before (the same request id and time: a log given twice, or two that overlap)':
    'that was read before (the same request id and time: a log given twice, or two that overlap)',
};

/** The service that a backend is a version of, and which one. */
export interface Backend {
  readonly service: string;
  readonly key: string;
}

/** What the user said about where to look. */
export interface ChoiceRules {
  /** Short or full name; undefined: every service whose subsets are seen. */
  readonly host: string | undefined;
  /** Finds the version in the line, or in the body of a page: its first group, else all that it matches. */
  readonly pattern: LinearRegex | undefined;
  /** Version by what a page's body shows; the first that matches. */
  readonly shows: readonly { readonly key: string; readonly pattern: LinearRegex }[];
  /** Services that are versions of another one (backends of an HTTPRoute, or weights by service name), by short name. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** Whether the weights are of stars (none, black, red) rather than versions. */
  readonly byStars: boolean;
  /** The versions of all weights. */
  readonly keys: readonly string[];
}

/** The name under which choices stand whose service is not known or does not matter. */
export const anyService = '';

const leave = (leftOut: LeftOut): { readonly leftOut: LeftOut } => ({ leftOut });
export const inbound = leave('that arrived at a pod (inbound: nothing is chosen there)');
export const noCluster = leave(
  'without an upstream cluster (no route was found, or the log format lacks it)',
);
const passedOn = leave(
  'that the proxy passed on to an address that is no service it knows (PassthroughCluster)',
);
const refused = leave('that the proxy refused, as it knows no service for them (BlackHoleCluster)');
const ofEnvoyGateway = leave(
  'to a cluster of Envoy Gateway (httproute/...: one for all backends of a rule, which tells no version)',
);
const ofStrangers = leave('to clusters whose names are not those of Istio, and tell no version');
const otherService = leave('to other services');
const noSubset = leave(
  'to services as a whole, without a subset (no rule chose one, or the versions are Services of their own: name those in --weights)',
);
const mirrored = leave('that are mirrored copies');
export const noMatch = leave('in which the pattern was not found');

/** Why a request is left out that went to another service than the question is about, as far as its cluster tells. */
export const elsewhere: ReadonlySet<LeftOut> = new Set(
  [ofEnvoyGateway, ofStrangers, otherService, noSubset].map(({ leftOut }) => leftOut),
);

/**
 * The choice that a name of a cluster tells, remembered: a log has few of them.
 * @param other hears of the hosts of other services
 */
export function clusterChooser(
  rules: ChoiceRules,
  other: (host: string) => void = () => {},
): (cluster: string) => Choice {
  const remembered = new Map<string, Choice>();
  return (cluster) => {
    const known = remembered.get(cluster);
    if (known !== undefined) return known;
    const choice = clusterChoice(cluster, rules);
    if (choice === otherService) other(chosenCluster(cluster)?.host ?? cluster);
    // A log of a proxy in the wild may name any number of hosts.
    if (remembered.size < 10_000) remembered.set(cluster.split('').join(''), choice);
    return choice;
  };
}

function clusterChoice(cluster: string, rules: ChoiceRules): Choice {
  const parts = chosenCluster(cluster);
  if (parts === undefined) return strangeChoice(cluster);
  if (parts.direction === 'inbound') return inbound;
  const backend = parts.subset === '' ? rules.backends.get(shortName(parts.host)) : undefined;
  if (backend !== undefined) return backend;
  if (rules.host !== undefined && !isHost(parts.host, rules.host)) return otherService;
  return parts.subset === ''
    ? { ...noSubset, past: parts.host }
    : { service: parts.host, key: parts.subset, isSubset: true };
}

/** What a cluster is whose name istiod did not make of a service. */
function strangeChoice(cluster: string): Choice {
  if (cluster === '' || cluster === '-') return noCluster;
  if (cluster.startsWith('PassthroughCluster')) return passedOn;
  if (cluster.startsWith('BlackHoleCluster')) return refused;
  return cluster.startsWith('httproute/') ? ofEnvoyGateway : ofStrangers;
}

/** The choice that a line of a log tells: by the pattern where there is one, else by its cluster. `line` is read by a pattern only. */
export function lineChoice(
  line: string,
  request: RecordedRequest,
  rules: ChoiceRules,
  byCluster: (cluster: string) => Choice,
): Choice {
  if (request.authority !== undefined && isMirror(request.authority)) return mirrored;
  const { upstreamCluster, version } = request;
  if (rules.pattern !== undefined) {
    if (rules.host !== undefined && upstreamCluster !== undefined && !mayBe(upstreamCluster, rules.host)) {
      return otherService;
    }
    const match = rules.pattern.exec(line);
    return match === null ? noMatch : { service: anyService, key: match[1] ?? match[0] };
  }
  if (version !== undefined) return { service: anyService, key: version };
  if (upstreamCluster === undefined) return noCluster;
  const choice = siblingChoice(upstreamCluster, request.authority, rules) ?? byCluster(upstreamCluster);
  // Nothing but the host that was asked for tells whom such a request was for.
  return choice === passedOn && request.authority !== undefined
    ? { ...passedOn, past: ownCopy(request.authority.replace(/:\d+$/, '')) }
    : choice;
}

/**
 * A Service that is none of the backends but is called as they are, for a request that asked for another host: a version of weight 0,
 * as reviews-v2 is beside reviews-v1.
 */
function siblingChoice(
  cluster: string,
  authority: string | undefined,
  rules: ChoiceRules,
): Choice | undefined {
  if (authority === undefined || rules.backends.size === 0) return undefined;
  const parts = chosenCluster(cluster);
  if (parts?.direction !== 'outbound' || parts.subset !== '') return undefined;
  const name = shortName(parts.host);
  if (rules.backends.has(name) || shortName(authority.replace(/:\d+$/, '')) === name) return undefined;
  for (const [backend, { service, key }] of rules.backends) {
    if (!/\d/.test(backend) || numberless(backend) !== numberless(name)) continue;
    const before = backend.endsWith(key) ? backend.length - key.length : 0;
    return { service, key: ownCopy(name.slice(before)) };
  }
  return undefined;
}

const numberless = (name: string): string => name.replace(/\d+/g, '#');

/** The choice that a page tells. */
export function pageChoice(body: string, rules: ChoiceRules): Choice {
  const shown = rules.shows.find(({ pattern }) => pattern.test(body));
  if (shown !== undefined) return { service: anyService, key: shown.key };
  if (rules.pattern !== undefined) {
    const match = rules.pattern.exec(body);
    return match === null ? noMatch : { service: anyService, key: match[1] ?? match[0] };
  }
  if (rules.shows.length > 0) return noMatch;
  const look = pageLook(body);
  return look === undefined ? leave('that are no product page') : byLook(look, rules);
}

/** The choice that an answer of reviews tells, whose text is `body`. */
export function lookChoice(look: PageLook, body: string, rules: ChoiceRules): Choice {
  return rules.shows.length > 0 || rules.pattern !== undefined
    ? pageChoice(body, rules)
    : byLook(look, rules);
}

function byLook(look: PageLook, rules: ChoiceRules): Choice {
  if (look.stars === 'error') return leave('that showed an error in place of the reviews');
  const key = rules.byStars ? look.stars : versionOf(look);
  return key === undefined
    ? leave('whose page does not tell the version (its ratings had failed)')
    : { service: anyService, key };
}

/** Envoy adds `-shadow` to the authority of a mirrored copy (source/common/router/shadow_writer_impl.cc). */
function isMirror(authority: string): boolean {
  const colon = authority.indexOf(':');
  return authority.endsWith('-shadow', colon < 0 ? authority.length : colon);
}

/** An inbound cluster does not name its host, and a pattern is there to read such lines, too. */
function mayBe(cluster: string, host: string): boolean {
  const parts = chosenCluster(cluster);
  return parts === undefined || parts.direction === 'inbound' || isHost(parts.host, host);
}

/** `reviews` and `reviews.default` name `reviews.default.svc.cluster.local`. */
export const isHost = (full: string, given: string): boolean =>
  full === given || (full.startsWith(given) && full[given.length] === '.');

/** `reviews` of `reviews.default.svc.cluster.local`. */
export function shortName(host: string): string {
  const dot = host.indexOf('.');
  return dot < 0 ? host : host.slice(0, dot);
}
