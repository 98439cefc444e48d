import { Chance, type Stream } from '../../src/kernel/chance.ts';

/**
 * Traces of a made-up system whose truth is known: requests without queues, drawn from the laws below, with clocks that are off.
 * Shares no code with what reads traces.
 */
export interface MadeSystem {
  readonly services: readonly MadeService[];
  readonly entries: readonly {
    readonly to: string;
    readonly path: string;
    readonly method?: string;
    readonly weight: number;
  }[];
  readonly traces: number;
  /** Both sides of a call write a span, and a gateway stands before all. */
  readonly sidecars: boolean;
  /** Applications whose SDK writes spans, too. */
  readonly sdk?: readonly string[];
  /** Share of spans that are lost. */
  readonly lost?: number;
  readonly seed?: string;
  /** Applications that pass no trace headers on. */
  readonly forgetful?: readonly string[];
}

export interface MadeService {
  readonly name: string;
  readonly pods: number;
  readonly version?: string;
  readonly script: readonly MadeStep[];
  readonly paths?: Readonly<Record<string, readonly MadeStep[]>>;
  /** Its sidecar tries again after this share of calls to it has failed with 503, in 1 ms each. */
  readonly fails?: number;
}

export type MadeStep =
  /** Lognormal, milliseconds; `of: 'request'` draws one factor for all of a request's work. */
  | { readonly work: readonly [p50: number, p99: number]; readonly of?: 'request' }
  | MadeCall
  | { readonly together: readonly MadeCall[] };

export interface MadeCall {
  readonly call: string;
  readonly path?: string;
  readonly probability?: number;
  readonly awaits?: boolean;
}

export interface MadeSpan {
  readonly trace: string;
  readonly id: string;
  readonly parent: string;
  readonly kind: 'client' | 'server' | 'internal';
  readonly service: string;
  readonly name: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** One way between two sidecars, and between an application and its own, milliseconds. */
export const madeHopMs = 0.4;
const loopbackMs = 0.01;
const z99 = 2.3263478740408408;

export function madeUpTraces(system: MadeSystem): MadeSpan[] {
  const chance = new Chance(system.seed ?? 'made up');
  const random = chance.stream('all');
  const spans: MadeSpan[] = [];
  let nextId = 0x51a0;
  const id = (): string => (nextId += 7).toString(16).padStart(16, 'f');
  const offsets = new Map<string, number>();
  const offsetOf = (pod: string): number => {
    const known = offsets.get(pod) ?? random.uniform() * 6 - 3;
    offsets.set(pod, known);
    return known;
  };

  interface Place {
    trace: string;
    requestId: string;
  }

  const emit = (
    place: Place,
    own: Omit<MadeSpan, 'trace' | 'startUs' | 'durationUs'>,
    fromMs: number,
    toMs: number,
  ): void => {
    spans.push({
      trace: place.trace,
      ...own,
      startUs: Math.round((fromMs + offsetOf(own.tags['pod']!)) * 1000),
      durationUs: Math.round((toMs - fromMs) * 1000),
    });
  };

  /** Answers when the answer leaves, and with which status. */
  const serve = (
    place: Place,
    service: MadeService,
    path: string,
    parent: string,
    atMs: number,
    requestId: string,
  ): { endMs: number; status: number } => {
    const pod = podOf(service, random.below(service.pods));
    const tags = tagsOf(service, pod, path, requestId);
    const sidecar = system.sidecars ? id() : '';
    const hasSdk = !system.sidecars || system.sdk?.includes(service.name) === true;
    const own = hasSdk ? id() : '';
    const above = own || sidecar;
    const status = random.uniform() < (service.fails ?? 0) ? 503 : 200;
    const beginMs = atMs + (system.sidecars ? loopbackMs : 0);
    let nowMs = beginMs;
    const factor = normal(random);
    if (status !== 200) nowMs += 1;
    else
      for (const step of service.paths?.[path] ?? service.script) {
        if ('work' in step) nowMs += lognormal(step.work, step.of === 'request' ? factor : normal(random));
        else if ('together' in step)
          nowMs = Math.max(
            nowMs,
            ...step.together.map((own, at) =>
              call(place, service, pod, own, above, nowMs + at * 0.02, requestId),
            ),
          );
        else {
          const endMs = call(place, service, pod, step, above, nowMs, requestId);
          if (step.awaits !== false) nowMs = endMs;
        }
      }
    const endMs = nowMs + (system.sidecars ? loopbackMs : 0);
    if (hasSdk)
      emit(
        place,
        {
          id: own,
          parent: sidecar || parent,
          kind: 'server',
          service: service.name,
          name: `GET ${path}`,
          tags: { ...sdkTags(service, pod, path), 'http.status_code': String(status) },
        },
        beginMs,
        nowMs,
      );
    if (system.sidecars)
      emit(
        place,
        {
          id: sidecar,
          parent,
          kind: 'server',
          service: `${service.name}.made`,
          name: `${service.name}.made.svc.cluster.local:8080/*`,
          tags: { ...tags, upstream_cluster: 'inbound|8080||', 'http.status_code': String(status) },
        },
        atMs,
        endMs,
      );
    return { endMs, status };
  };

  /** Answers when the caller has the answer. */
  const call = (
    place: Place,
    caller: MadeService,
    pod: string,
    step: MadeCall,
    parent: string,
    atMs: number,
    requestId: string,
  ): number => {
    if (random.uniform() >= (step.probability ?? 1)) return atMs;
    const path = step.path ?? '/';
    const forgets = system.forgetful?.includes(caller.name) === true;
    const where = forgets ? { trace: id() + id(), requestId: id() } : place;
    const startMs = atMs + (system.sidecars ? loopbackMs : 0);
    const candidates = system.services.filter(({ name }) => name === step.call);
    const client = id();
    const hasSdk = system.sidecars && system.sdk?.includes(caller.name) === true;
    const sdk = hasSdk ? id() : '';
    let nowMs = startMs;
    let status = 0;
    for (let tries = 0; tries < 3 && status !== 200; tries += 1) {
      if (tries > 0) nowMs += 5;
      const callee = candidates[random.below(candidates.length)]!;
      const answer = serve(where, callee, path, client, nowMs + hop(random), requestId);
      nowMs = answer.endMs + hop(random);
      status = answer.status;
      if (!system.sidecars) break;
    }
    const endMs = nowMs + (system.sidecars ? loopbackMs : 0);
    const above = forgets ? '' : parent;
    const tags = {
      ...(system.sidecars ? tagsOf(caller, pod, path, requestId) : sdkTags(caller, pod, path)),
      'http.url': `http://${step.call}:8080${path}`,
      'http.status_code': String(status),
      ...(system.sidecars
        ? { upstream_cluster: `outbound|8080||${step.call}.made.svc.cluster.local` }
        : { 'server.address': step.call }),
    };
    emit(
      where,
      {
        id: client,
        parent: sdk || above,
        kind: 'client',
        service: system.sidecars ? `${caller.name}.made` : caller.name,
        name: `${step.call}.made.svc.cluster.local:8080/*`,
        tags,
      },
      startMs,
      nowMs,
    );
    if (hasSdk)
      emit(
        where,
        {
          id: sdk,
          parent: above,
          kind: 'client',
          service: caller.name,
          name: 'GET',
          tags: sdkTags(caller, pod, path),
        },
        atMs,
        endMs,
      );
    return endMs;
  };

  const total = system.entries.reduce((sum, { weight }) => sum + weight, 0);
  for (let page = 0; page < system.traces; page += 1) {
    let left = random.uniform() * total;
    const entry = system.entries.find(({ weight }) => (left -= weight) < 0) ?? system.entries[0]!;
    const place = { trace: (0xa000 + page).toString(16).padStart(32, '5'), requestId: id() };
    const candidates = system.services.filter(({ name }) => name === entry.to);
    const service = candidates[random.below(candidates.length)]!;
    const atMs = 1_793_786_400_000 + page * 500;
    if (!system.sidecars) {
      serve(place, service, entry.path, '', atMs, place.requestId);
      continue;
    }
    const server = id();
    const egress = id();
    const answer = serve(place, service, entry.path, egress, atMs + hop(random), place.requestId);
    const endMs = answer.endMs + hop(random);
    const gateway = {
      component: 'proxy',
      node_id: `router~10.9.9.9~door-6c7f4d8b9-q2xwz.istio-system~istio-system.svc.cluster.local`,
      pod: 'door-6c7f4d8b9-q2xwz',
      'guid:x-request-id': place.requestId,
      'http.url': `http://made.example.com${entry.path}`,
      'http.method': entry.method ?? 'GET',
      'http.status_code': String(answer.status),
      'istio.canonical_service': 'door',
      upstream_cluster: `outbound|8080||${entry.to}.made.svc.cluster.local`,
    };
    const common = { service: 'door.istio-system', tags: gateway };
    emit(place, { ...common, id: server, parent: '', kind: 'server', name: entry.to }, atMs, endMs);
    emit(
      place,
      { ...common, id: egress, parent: server, kind: 'client', name: `router ${entry.to} egress` },
      atMs,
      endMs,
    );
  }
  return spans.filter(() => random.uniform() >= (system.lost ?? 0));
}

const podOf = ({ name, version }: MadeService, index: number): string =>
  `${name}${version === undefined ? '' : `-${version}`}-7d9c6b5f4d-${'abcdefgh'[index]}hk2m`;

const tagsOf = (
  service: MadeService,
  pod: string,
  path: string,
  requestId: string,
): Record<string, string> => ({
  component: 'proxy',
  node_id: `sidecar~10.0.0.1~${pod}.made~made.svc.cluster.local`,
  pod,
  'guid:x-request-id': requestId,
  'http.url': `http://${service.name}:8080${path}`,
  'http.method': 'GET',
  'istio.canonical_service': service.name,
  'istio.canonical_revision': service.version ?? 'latest',
});

const sdkTags = (service: MadeService, pod: string, path: string): Record<string, string> => ({
  pod,
  'http.method': 'GET',
  'http.target': path,
  ...(service.version === undefined ? {} : { 'service.version': service.version }),
});

function normal(random: Stream): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
  return radius * Math.cos(2 * Math.PI * random.uniform());
}

const lognormal = ([p50, p99]: readonly [number, number], z: number): number =>
  p50 * Math.exp((Math.log(p99 / p50) / z99) * z);

/** One way: half is certain, half exponential. */
const hop = (random: Stream): number => madeHopMs / 2 - (madeHopMs / 2) * Math.log(1 - random.uniform());

type Json = Record<string, unknown>;

function grouped<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

/** As Jaeger's query API answers. */
export function asJaeger(spans: readonly MadeSpan[]): Json {
  const byTrace = grouped(spans, ({ trace }) => trace);
  return {
    data: [...byTrace].map(([traceID, own]) => {
      const services = [...new Set(own.map(({ service }) => service))];
      return {
        traceID,
        spans: own.map((span) => ({
          traceID,
          spanID: span.id,
          operationName: span.name,
          references: span.parent === '' ? [] : [{ refType: 'CHILD_OF', traceID, spanID: span.parent }],
          startTime: span.startUs,
          duration: span.durationUs,
          tags: Object.entries({ ...span.tags, 'span.kind': span.kind }).map(([key, value]) => ({
            key,
            type: 'string',
            value,
          })),
          logs: [],
          processID: `p${services.indexOf(span.service)}`,
          warnings: null,
        })),
        processes: Object.fromEntries(
          services.map((serviceName, at) => [`p${at}`, { serviceName, tags: [] }]),
        ),
      };
    }),
  };
}

/** A list of traces, as Zipkin's API answers. */
export const asZipkin = (spans: readonly MadeSpan[]): Json[][] =>
  [...grouped(spans, ({ trace }) => trace).values()].map((own) =>
    own.map((span) => ({
      traceId: span.trace,
      id: span.id,
      ...(span.parent === '' ? {} : { parentId: span.parent }),
      ...(span.kind === 'internal' ? {} : { kind: span.kind.toUpperCase() }),
      name: span.name,
      timestamp: span.startUs,
      duration: span.durationUs,
      localEndpoint: { serviceName: span.service },
      tags: span.tags,
    })),
  );

const otlpKinds = { internal: 1, server: 2, client: 3 } as const;

/** Documents as the collector's file exporter writes them, 50 spans each in no order of traces; or Tempo's answer for a trace. */
export function asOtlp(spans: readonly MadeSpan[], tempo: boolean): Json[] {
  const id = (hex: string): string => (tempo ? Buffer.from(hex, 'hex').toString('base64') : hex);
  const attributes = (tags: Readonly<Record<string, string>>): Json[] =>
    Object.entries(tags).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const batch = (service: string, own: readonly MadeSpan[]): Json => ({
    resource: { attributes: attributes({ 'service.name': service }) },
    [tempo ? 'instrumentationLibrarySpans' : 'scopeSpans']: [
      {
        spans: own.map((span) => ({
          traceId: id(span.trace),
          spanId: id(span.id),
          parentSpanId: id(span.parent),
          name: span.name,
          kind: tempo ? `SPAN_KIND_${span.kind.toUpperCase()}` : otlpKinds[span.kind],
          startTimeUnixNano: `${span.startUs}000`,
          endTimeUnixNano: `${span.startUs + span.durationUs}000`,
          attributes: attributes(span.tags),
          status: {},
        })),
      },
    ],
  });
  const batches = (own: readonly MadeSpan[]): Json[] =>
    [...grouped(own, ({ service }) => service)].map(([service, some]) => batch(service, some));
  if (tempo)
    return [...grouped(spans, ({ trace }) => trace).values()].map((own) => ({ batches: batches(own) }));
  const scattered = [...spans].sort((one, other) => (one.id.slice(-2) < other.id.slice(-2) ? -1 : 1));
  return Array.from({ length: Math.ceil(scattered.length / 50) }, (_, at) => ({
    resourceSpans: batches(scattered.slice(at * 50, at * 50 + 50)),
  }));
}
