import type { Block } from '../../accesslog/block.ts';
import type { LineSink } from '../../accesslog/line-splitter.ts';
import { LineReader } from '../../accesslog/parse-line.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import { subsetOf } from '../../accesslog/subset-of.ts';
import { podOfFileName, type Names } from '../names.ts';
import { serviceOf } from './entries.ts';
import type { LoggedCall, PodLog } from './logged-call.ts';

/** What a file was found to hold. */
export interface LogFileFacts {
  readonly file: string;
  readonly requests: number;
  /** Lines that are no requests: what else a proxy writes, and a last one that is cut off. */
  readonly others: number;
  /** Requests whose line does not say which way they went; they are left out. */
  readonly undirected: number;
  /** Requests that another file of the same pod holds, too. */
  readonly again: number;
}

type Way = 'inbound' | 'outbound' | 'withoutRoute';

interface Source {
  readonly file: string;
  requests: number;
  others: number;
  undirected: number;
  again: number;
  readonly calls: {
    readonly pod: string;
    readonly address: string;
    readonly way: Way;
    readonly call: LoggedCall;
  }[];
}

/**
 * Takes the lines of access logs, file by file, and gives back the log of each pod. A pod is known by what kubectl or stern wrote
 * before the line, else by the file's name, else by the address that its lines have for itself. A pod whose log came twice, in two
 * formats for instance, is counted once.
 */
export class LogShelf {
  readonly #sources: Source[] = [];
  readonly #texts = new Map<string, string>();
  readonly #reader = new LineReader();

  /** For the lines of a file, which all come before those of the next. */
  file(name: string): LineSink {
    const source: Source = { file: name, requests: 0, others: 0, undirected: 0, again: 0, calls: [] };
    this.#sources.push(source);
    const podOfFile = podOfFileName(name) ?? '';
    return {
      line: (block, from, end, number) => this.#take(source, podOfFile, block, from, end, number),
      tooLong: () => (source.others += 1),
    };
  }

  /** The logs by pod. Addresses that the lines tell are handed to `names`, which knows the pods of others. */
  podLogs(names: Names): { readonly pods: readonly PodLog[]; readonly files: readonly LogFileFacts[] } {
    const pods = new Map<string, { source: Source; way: Way; call: LoggedCall }[]>();
    const told = new Set<string>();
    for (const source of this.#sources) {
      for (const { pod, address } of source.calls)
        if (pod !== '' && address !== '') names.see({ pod, ip: address });
    }
    for (const source of this.#sources) {
      for (const { pod, address, way, call } of source.calls) {
        const name = pod !== '' ? pod : (names.podAt(address) ?? address);
        const lines = pods.get(name);
        if (lines === undefined) pods.set(name, [{ source, way, call }]);
        else lines.push({ source, way, call });
      }
    }
    // Who was called as what is known to the callers.
    for (const lines of pods.values()) {
      for (const { way, call } of lines) {
        const callee = way === 'outbound' && call.host !== '' ? names.podAt(call.upstream) : undefined;
        if (callee === undefined) continue;
        const key = `${callee} ${call.host} ${call.subset}`;
        if (told.has(key)) continue;
        told.add(key);
        names.see({ pod: callee, service: serviceOf(call.host).service, version: call.subset || undefined });
      }
    }
    return {
      pods: [...pods]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([pod, lines]) => podLog(pod, once(lines), names)),
      files: this.#sources.map(({ calls: _, ...facts }) => facts),
    };
  }

  #take(source: Source, podOfFile: string, block: Block, from: number, end: number, number: number): void {
    const read = this.#reader.read(block, from, end, number);
    if ('unparsed' in read || !Number.isFinite(read.startUs)) {
      source.others += 1;
      return;
    }
    source.requests += 1;
    const cluster = read.upstreamCluster === undefined ? undefined : subsetOf(read.upstreamCluster);
    const way = wayOf(read, cluster?.direction);
    if (way === undefined) {
      source.undirected += 1;
      return;
    }
    const upstream = addressOf(read.upstreamHost);
    const proxy = read.proxy ?? '';
    const own = isAddress(proxy) ? proxy : '';
    source.calls.push({
      pod: proxy !== '' && own === '' ? proxy : podOfFile,
      address: this.#one(way === 'inbound' && !upstream.startsWith('127.') ? upstream : own),
      way,
      call: {
        startMs: read.startUs / 1000,
        durationMs: read.durationMs ?? Number.NaN,
        status: read.status ?? 0,
        flags: this.#one(read.flags ?? ''),
        method: this.#one(read.method ?? ''),
        path: this.#one(read.path ?? ''),
        requestId: this.#own(read.requestId ?? ''),
        host: this.#one(cluster?.host ?? ''),
        port: cluster?.port ?? 0,
        subset: this.#one(cluster?.subset ?? ''),
        upstream: this.#one(upstream),
        peer: this.#one(addressOf(read.peer)),
        authority: this.#one((read.authority ?? '').replace(/:\d+$/, '')),
      },
    });
  }

  /** One string for all that are equal, which keeps no block of a file alive. */
  #one(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const own = this.#own(text);
    this.#texts.set(own, own);
    return own;
  }

  #own(text: string): string {
    return text === '' ? '' : ` ${text}`.slice(1);
  }
}

function wayOf(
  { flags, upstreamHost }: RecordedRequest,
  direction: 'inbound' | 'outbound' | undefined,
): Way | undefined {
  if (direction !== undefined) return direction;
  if (flags?.split(',').includes('NR') === true) return 'withoutRoute';
  return upstreamHost?.startsWith('127.') === true ? 'inbound' : undefined;
}

/** Lines of several files, in the order of their starts, each as often as the file that has it most often. */
function once(
  lines: readonly { readonly source: Source; readonly way: Way; readonly call: LoggedCall }[],
): { readonly way: Way; readonly call: LoggedCall }[] {
  const files = new Set(lines.map(({ source }) => source));
  if (files.size < 2) return [...lines];
  const kept: { way: Way; call: LoggedCall }[] = [];
  const counts = new Map<string, number>();
  for (const file of files) {
    const own = new Map<string, number>();
    for (const line of lines) {
      if (line.source !== file) continue;
      const { call } = line;
      const key = `${line.way} ${call.startMs} ${call.durationMs} ${call.requestId} ${call.path} ${call.status} ${call.upstream} ${call.host}`;
      const seen = (own.get(key) ?? 0) + 1;
      own.set(key, seen);
      if (seen <= (counts.get(key) ?? 0)) file.again += 1;
      else {
        counts.set(key, seen);
        kept.push(line);
      }
    }
  }
  return kept;
}

function podLog(pod: string, lines: readonly { way: Way; call: LoggedCall }[], names: Names): PodLog {
  const of = (way: Way): LoggedCall[] =>
    lines
      .filter((own) => own.way === way)
      .map(({ call }) => call)
      .sort((one, other) => one.startMs - other.startMs);
  const [inbound, outbound] = [of('inbound'), of('outbound')];
  const { isGateway, ip } = names.pod(pod);
  const callers = new Set(outbound.map(({ peer }) => peer).filter((peer) => peer !== '' && peer !== ip));
  // An application's own calls come from its own address.
  const isEdge = callers.size > 1 || (ip !== '' && callers.size > 0);
  return {
    pod,
    inbound,
    outbound,
    withoutRoute: of('withoutRoute'),
    isGateway: inbound.length === 0 && (isGateway || isEdge),
  };
}

const addressOf = (text: string | undefined): string => {
  if (text === undefined) return '';
  const plain = text.replace(/^tcp:\/\//, '');
  if (plain.startsWith('[')) return plain.slice(1, Math.max(1, plain.indexOf(']')));
  const colon = plain.lastIndexOf(':');
  return colon > 0 && plain.indexOf(':') === colon ? plain.slice(0, colon) : plain;
};

const isAddress = (text: string): boolean => /^[\d.]+$/.test(text) || text.includes(':');
