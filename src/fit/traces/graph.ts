import { answersOf, type Call, type Trace, type Unit } from './tree.ts';

/** Who calls whom, over all traces. */
export interface Edge {
  /** Services. */
  readonly from: string;
  readonly to: string;
  /** Calls by the application; tries of sidecars are not counted. */
  readonly calls: number;
  /** Tries beyond the first by the caller's sidecar. */
  readonly extraTries: number;
  /** Most tries of one call. */
  readonly mostTries: number;
  /** Statuses of tries after which another one came. */
  readonly retriedStatuses: readonly number[];
  /** Nobody answered in any trace: a database or a host outside that writes no spans. */
  readonly isUntraced: boolean;
  /** Calls lie in traces of their own, as the caller passes no headers on. */
  readonly isApart: boolean;
}

/** What comes in from outside. */
export interface Entry {
  readonly host: string;
  readonly port: number | undefined;
  readonly method: string;
  /** Template. */
  readonly path: string;
  /** As it was asked for most often. */
  readonly example: string;
  readonly count: number;
  /** The gateway's service that it came through; "" for none. */
  readonly gateway: string;
  /** The service in the mesh that called, where no traced request caused it. */
  readonly client: string;
  /** Host that a visitor asked for. */
  readonly authority: string;
}

export function edgesOf(traces: readonly Trace[], serviceOf: (unit: Unit) => string): Edge[] {
  const edges = new Map<string, Mutable>();
  const count = (from: string, call: Call, isApart: boolean): void => {
    const answers = answersOf(call);
    const to = answers[0] === undefined ? call.span.host : serviceOf(answers[0]);
    if (to === '') return;
    const key = `${from}\n${to}\n${isApart}`;
    const edge = edges.get(key) ?? {
      from,
      to,
      calls: 0,
      extraTries: 0,
      mostTries: 0,
      retried: new Set<number>(),
      answered: 0,
      isApart,
    };
    edges.set(key, edge);
    edge.calls += 1;
    edge.answered += answers.length > 0 ? 1 : 0;
    edge.extraTries += Math.max(0, answers.length - 1);
    edge.mostTries = Math.max(edge.mostTries, answers.length);
    const inOrder = [...answers].sort((one, other) => one.span.startUs - other.span.startUs);
    for (const { span } of inOrder.slice(0, -1)) if (span.status !== undefined) edge.retried.add(span.status);
  };
  const called = new Set(traces.flatMap(({ units }) => units.map(serviceOf)));
  for (const { units, withoutCause } of traces) {
    for (const unit of units) {
      if (unit.span.isGateway) continue;
      for (const call of unit.calls) count(serviceOf(unit), call, false);
    }
    // Somebody whom nobody calls is a client in the mesh, and no part of the application; a call whose cause is lost says who
    // called all the same.
    for (const call of withoutCause) {
      if (called.has(call.span.service)) count(call.span.service, call, call.span.parentId === '');
    }
  }
  return [...edges.values()]
    .map(({ retried, answered, ...edge }) => ({
      ...edge,
      retriedStatuses: [...retried].sort((one, other) => one - other),
      isUntraced: answered === 0,
    }))
    .sort((one, other) => compare(`${one.from} ${one.to}`, `${other.from} ${other.to}`));
}

interface Mutable {
  readonly from: string;
  readonly to: string;
  readonly isApart: boolean;
  calls: number;
  extraTries: number;
  mostTries: number;
  answered: number;
  readonly retried: Set<number>;
}

/** What a gateway passed on, what came to a service with no span above, and what a client in the mesh asked for. */
export function entriesOf(
  traces: readonly Trace[],
  serviceOf: (unit: Unit) => string,
  templateOf: (path: string) => string,
): Entry[] {
  const found = new Map<
    string,
    Omit<Entry, 'count' | 'example' | 'authority'> & {
      paths: Map<string, number>;
      hosts: Map<string, number>;
    }
  >();
  const called = new Set(traces.flatMap(({ units }) => units.map(serviceOf)));
  for (const { units, isWhole } of traces) {
    for (const unit of units) {
      if (unit.span.isGateway) continue;
      const above = unit.from?.caller;
      if (above !== undefined && !above.span.isGateway) continue;
      // In a trace that has lost a span, a service without one above it is none that visitors ask.
      if (above === undefined && !isWhole) continue;
      if (above?.from?.caller !== undefined) continue;
      const outer = unit.from?.span;
      if (above === undefined && outer !== undefined && called.has(outer.service)) continue;
      if (unit.from !== undefined && answersOf(unit.from)[0] !== unit) continue;
      const span = above?.span ?? unit.span;
      // Of the gateway's two spans the one that says what was asked for may be lost: the service knows it, too.
      const path = (span.path || unit.span.path).split(/[?#]/)[0]! || '/';
      const entry = {
        host: serviceOf(unit),
        port: outer?.port,
        method: span.method || unit.span.method || 'GET',
        path: templateOf(path),
        gateway: above?.span.service ?? '',
        client: above === undefined && outer !== undefined ? outer.service : '',
      };
      const key = [entry.host, entry.method, entry.path, entry.gateway, entry.client].join('\n');
      const own = found.get(key) ?? {
        ...entry,
        paths: new Map<string, number>(),
        hosts: new Map<string, number>(),
      };
      found.set(key, own);
      own.paths.set(path, (own.paths.get(path) ?? 0) + 1);
      const authority = above === undefined ? '' : above.span.authority || unit.span.authority;
      own.hosts.set(authority, (own.hosts.get(authority) ?? 0) + 1);
    }
  }
  return [...found.values()]
    .map(({ paths, hosts, ...entry }) => ({
      ...entry,
      example: most(paths),
      authority: most(hosts),
      count: [...paths.values()].reduce((sum, count) => sum + count, 0),
    }))
    .sort((one, other) => other.count - one.count || compare(one.host, other.host));
}

const most = (counts: ReadonlyMap<string, number>): string =>
  [...counts].reduce((best, own) => (own[1] > best[1] ? own : best))[0];

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
