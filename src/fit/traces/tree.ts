import type { Span } from './span.ts';

/** A request in one pod: from where it came in until its answer left. */
export interface Unit {
  readonly traceId: string;
  /** The outermost span of the pod: its sidecar's where it has one. */
  readonly span: Span;
  readonly service: string;
  readonly pod: string;
  readonly requestId: string;
  /** When the application took it up, where an SDK tells that beside a sidecar. */
  handlerStartUs: number | undefined;
  /** What this request called, in order of their starts. */
  readonly calls: Call[];
  /** The call that it answers; undefined for the first of a trace. */
  readonly from: Call | undefined;
}

/** One call as its caller saw it; tries of a sidecar are no calls of their own. */
export interface Call {
  /** The caller's sidecar's span, else its SDK's. */
  span: Span;
  /** Who answered, a unit per try; empty where the callee writes no spans, or they are lost. */
  readonly tries: Unit[];
  /** undefined: no request of a traced pod caused it. */
  readonly caller: Unit | undefined;
}

export interface Trace {
  readonly id: string;
  /** No span is missing, as far as the spans tell. */
  readonly isWhole: boolean;
  readonly units: readonly Unit[];
  /** Calls that no request of a traced pod caused: of an application that passes no headers on, or of one that nobody calls. */
  readonly withoutCause: readonly Call[];
  /** Spans whose parent is not there. */
  readonly orphans: number;
}

/** Spans, of any order and of several files, to traces. */
export function tracesOf(spans: Iterable<Span>): Trace[] {
  const byTrace = new Map<string, Span[]>();
  for (const span of spans) {
    const own = byTrace.get(span.traceId);
    if (own === undefined) byTrace.set(span.traceId, [span]);
    else own.push(span);
  }
  return [...byTrace].map(([id, own]) => traceOf(id, own));
}

interface Node {
  readonly span: Span;
  readonly children: Node[];
  parent: Node | undefined;
}

function traceOf(id: string, spans: readonly Span[]): Trace {
  const { tops, orphans } = linked(spans);
  const walk = new Walk(id);
  for (const top of tops) walk.visit(top, undefined, undefined);
  // A parent outside of the traced system stands above one top, or above gateways alone.
  const isWhole = tops.length <= 1 || orphans === 0 || tops.every(({ span }) => span.isGateway);
  for (const unit of walk.units) unit.calls.sort((one, other) => one.span.startUs - other.span.startUs);
  return { id, isWhole, units: walk.units, withoutCause: walk.withoutCause, orphans };
}

/** Parents to children. Two halves that share an id are parent and child; the same span sent twice is one. */
function linked(spans: readonly Span[]): { readonly tops: readonly Node[]; readonly orphans: number } {
  const byId = new Map<string, Node[]>();
  const nodes: Node[] = [];
  for (const span of spans) {
    const same = byId.get(span.spanId) ?? [];
    if (same.some((own) => isCopy(own.span, span))) continue;
    const node: Node = { span, children: [], parent: undefined };
    same.push(node);
    byId.set(span.spanId, same);
    nodes.push(node);
  }
  for (const halves of byId.values()) {
    if (halves.length < 2) continue;
    halves.sort((one, other) => clientFirst(one.span) - clientFirst(other.span));
    for (const half of halves.slice(1)) adopt(halves[0]!, half);
  }
  let orphans = 0;
  for (const node of nodes) {
    if (node.parent !== undefined) continue;
    const { parentId, spanId, shared } = node.span;
    if (parentId === '' || parentId === spanId) continue;
    // Of a shared span the client's half may be lost while the caller is there.
    const isHalf = shared && byId.get(spanId)!.length === 1;
    const found = isHalf ? undefined : byId.get(parentId);
    if (found === undefined) {
      orphans += 1;
      continue;
    }
    // A child of a shared span is caused by the server's half, unless it is of the client's own process.
    const parent = found.find((own) => isSameProcess(own.span, node.span)) ?? found[found.length - 1]!;
    if (!isAbove(node, parent)) adopt(parent, node);
  }
  return { tops: nodes.filter(({ parent }) => parent === undefined), orphans };
}

function adopt(parent: Node, child: Node): void {
  child.parent = parent;
  parent.children.push(child);
}

const isAbove = (node: Node, other: Node): boolean => {
  for (let above: Node | undefined = other; above !== undefined; above = above.parent)
    if (above === node) return true;
  return false;
};

const isCopy = (one: Span, other: Span): boolean =>
  one.kind === other.kind &&
  one.service === other.service &&
  one.pod === other.pod &&
  one.startUs === other.startUs &&
  one.durationUs === other.durationUs;

const clientFirst = (span: Span): number =>
  span.shared || span.kind === 'server' || span.kind === 'consumer' ? 1 : 0;

const isSameProcess = (one: Span, other: Span): boolean =>
  one.pod !== '' && other.pod !== '' ? one.pod === other.pod : one.service === other.service;

type Role = 'server' | 'client' | 'inside';

/** Top down: which spans open a request, which a call, and which only lie between. */
class Walk {
  readonly units: Unit[] = [];
  readonly withoutCause: Call[] = [];
  readonly #traceId: string;

  constructor(traceId: string) {
    this.#traceId = traceId;
  }

  /** @param call the call of this unit that is under way above the node. */
  visit(node: Node, unit: Unit | undefined, call: Call | undefined): void {
    const { span } = node;
    const role = roleOf(node);
    let ownUnit = unit;
    let ownCall = call;
    if (role === 'server') {
      if (unit !== undefined && call === undefined && isOf(unit, span)) {
        if (!span.isProxy && unit.span.isProxy) unit.handlerStartUs ??= span.startUs;
      } else {
        // A gateway that writes one span for both sides, or a caller that writes none for its calls.
        const cause =
          call ?? (unit === undefined ? undefined : this.#call(unit, unit.span.isGateway ? unit.span : span));
        ownUnit = this.#unit(span, cause);
        ownCall = undefined;
      }
    } else if (role === 'client') {
      if (call === undefined && unit?.span.isGateway === true && unit.calls.length > 0) {
        // A gateway passes a request on once: this is another try.
        ownCall = unit.calls[0]!;
        ownCall.span = unit.span;
      } else if (call === undefined) {
        // A client of several clients (a driver, a batch) is no call itself: those below it are.
        if (!isOfClients(node)) ownCall = this.#call(unit, span);
      } else if (span.isProxy && !call.span.isProxy) call.span = span;
    }
    for (const child of node.children) this.visit(child, ownUnit, ownCall);
  }

  #call(caller: Unit | undefined, span: Span): Call {
    const call = { span, tries: [], caller };
    (caller?.calls ?? this.withoutCause).push(call);
    return call;
  }

  #unit(span: Span, from: Call | undefined): Unit {
    const unit: Unit = {
      traceId: this.#traceId,
      span,
      service: span.service,
      pod: span.pod,
      requestId: span.requestId || (from?.span.requestId ?? ''),
      handlerStartUs: undefined,
      calls: [],
      from,
    };
    this.units.push(unit);
    from?.tries.push(unit);
    return unit;
  }
}

/** More than one client below, each of the same process and none of a proxy. */
const isOfClients = (node: Node): boolean =>
  !node.span.isProxy &&
  node.children.filter(
    (child) => roleOf(child) === 'client' && !child.span.isProxy && isSameProcess(node.span, child.span),
  ).length > 1;

/** Where nothing says which side a span is of, a change of the service between it and its parent does. */
function roleOf({ span, parent, children }: Node): Role {
  if (span.isGateway) {
    const isBelowOwn = parent !== undefined && isSameProcess(parent.span, span);
    return isBelowOwn ? 'client' : 'server';
  }
  switch (span.kind) {
    case 'server':
    case 'consumer':
      return 'server';
    case 'client':
    case 'producer':
      return 'client';
    case 'internal':
      return 'inside';
    case '':
      if (parent === undefined || !isSameProcess(parent.span, span)) return 'server';
      return children.some((child) => !isSameProcess(child.span, span)) ? 'client' : 'inside';
  }
}

/** What a sidecar passes a request on to is the application beside it, however its SDK calls it. */
const isOf = (unit: Unit, span: Span): boolean =>
  (unit.span.direction === 'inbound' && !span.isProxy) ||
  (unit.pod !== '' && span.pod !== '' ? unit.pod === span.pod : unit.service === span.service);

/** Who answered a call in the end, try by try: gateways and waypoints between only pass it on. */
export const answersOf = (call: Call): readonly Unit[] =>
  call.tries.flatMap((unit) => (unit.span.isGateway ? unit.calls.flatMap(answersOf) : [unit]));
