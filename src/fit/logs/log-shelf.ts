import type { Block } from '../../accesslog/block.ts';
import type { LineSink } from '../../accesslog/line-splitter.ts';
import { LineReader } from '../../accesslog/parse-line.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import { subsetOf } from '../../accesslog/subset-of.ts';
import { isAddress, podOfFileName, type Names } from '../names.ts';
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
  /** Requests that stand before in this file or another one, too, and count once. */
  readonly again: number;
  /** Whose log it is; several where its lines tell them apart. */
  readonly pods: readonly string[];
}

type Way = 'inbound' | 'outbound' | 'withoutRoute';

interface Source {
  readonly file: string;
  readonly pods: Set<string>;
  requests: number;
  others: number;
  undirected: number;
  again: number;
  readonly calls: Line[];
}

interface Line {
  /** Called by its name, before the line or by the file; '': it is not told. */
  readonly pod: string;
  /** That the line has for its own pod; '': none. */
  readonly address: string;
  readonly way: Way;
  readonly call: LoggedCall;
}

/**
 * Takes the lines of access logs, file by file, and gives back the log of each pod. A pod is known by what kubectl or stern wrote
 * before the line, else by the file's name, else by the address that its inbound lines have for itself, which is that of the calls
 * that it makes; where there is none, by whatever the file is called. What was read before, in this file or another one, counts once.
 */
export class LogShelf {
  readonly #sources: Source[] = [];
  readonly #texts = new Map<string, string>();
  readonly #reader = new LineReader();

  /** For the lines of a file, which all come before those of the next. */
  file(name: string): LineSink {
    const source: Source = {
      file: name,
      pods: new Set(),
      requests: 0,
      others: 0,
      undirected: 0,
      again: 0,
      calls: [],
    };
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
    const called = new Set<string>();
    for (const source of this.#sources) {
      for (const { pod, address } of source.calls)
        if (pod !== '' && address !== '') names.see({ pod, ip: address });
    }
    const seen = new Seen();
    for (const source of this.#sources) {
      const own = new Set(
        source.calls.flatMap((line) => (line.pod === '' && isInbound(line) ? line.address : [])),
      );
      own.delete('');
      for (const address of own)
        if (names.podAt(address) === undefined) names.see({ pod: address, ip: address });
      for (const line of source.calls) {
        const name = line.pod === '' ? unnamed(source.file, line, own, names) : line.pod;
        source.pods.add(name);
        const { way, call } = line;
        if (seen.before(line, source.file)) {
          source.again += 1;
          continue;
        }
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
        called.add(callee);
        names.see({ pod: callee, service: serviceOf(call.host).service, version: call.subset || undefined });
      }
    }
    // What nobody was seen to call is asked for by name, where its callers are in the mesh.
    for (const [pod, lines] of pods) {
      if (!isAddress(pod) || called.has(pod)) continue;
      const asked = inMesh(lines.flatMap(({ way, call }) => (way === 'inbound' ? [call.authority] : [])));
      if (asked !== undefined) names.see({ pod, service: asked });
    }
    const found = [...pods]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([pod, lines]) => podLog(pod, once(lines), names));
    for (const { pod, isGateway } of found) if (isGateway) names.see({ pod, isGateway });
    return {
      pods: found,
      files: this.#sources.map(({ calls: _, pods: own, ...facts }) => ({ ...facts, pods: [...own] })),
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

/** The Service whose name most of the requests ask for, as callers in the mesh write it: `cart`, `cart.shop.svc.cluster.local`. */
function inMesh(authorities: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const own of authorities) {
    const service = /^([a-z]([-a-z0-9]*[a-z0-9])?)(\.[-a-z0-9]+(\.svc(\..+)?)?)?$/.exec(own)?.[1];
    // What has two parts may be a name outside.
    if (service !== undefined && (own === service || own.includes('.svc')))
      counts.set(service, (counts.get(service) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most !== undefined && 2 * most[1] > authorities.length ? most[0] : undefined;
}

const isInbound = ({ way }: Line): boolean => way === 'inbound';

/** @param own addresses that inbound lines of the file have for their pods: mostly one */
function unnamed(file: string, { address, call }: Line, own: ReadonlySet<string>, names: Names): string {
  const [first] = own;
  const ip = address !== '' ? address : own.size === 1 ? first! : own.has(call.peer) ? call.peer : '';
  return ip === '' ? wordOf(file) : (names.podAt(ip) ?? ip);
}

/** A name for whoever wrote a file that says nothing else of it: "edge-access" of `edge/access.log`. */
function wordOf(file: string): string {
  const bare = file.replace(/(\.(gz|log|txt|json|jsonl|ndjson|out))+$/i, '').toLowerCase();
  const word = bare
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(-40)
    .replace(/^-+/, '');
  return /^[a-z]/.test(word) ? word : `log${word === '' ? '' : `-${word}`}`;
}

/**
 * Requests that were read before. One proxy writes a line once, and request ids tell them apart: what another file has, too, or the
 * same one later, is the same request. An application may hand an id on to several calls that are alike, which stand side by side.
 */
class Seen {
  readonly #byId = new Map<string, Known>();
  #at = 0;

  before(line: Line, file: string): boolean {
    this.#at += 1;
    const { requestId } = line.call;
    if (requestId === '') return false;
    const first = this.#byId.get(requestId);
    for (let known = first; known !== undefined; known = known.next)
      if (isAlike(known.line, line)) return known.file !== file || this.#at - known.at > sideBySide;
    this.#byId.set(requestId, { line, file, at: this.#at, next: first });
    return false;
  }
}

/** Lines of one request id, the latest first. */
interface Known {
  readonly line: Line;
  readonly file: string;
  readonly at: number;
  readonly next: Known | undefined;
}

const isAlike = ({ way, call: one }: Line, { way: otherWay, call: other }: Line): boolean =>
  way === otherWay &&
  one.startMs === other.startMs &&
  Object.is(one.durationMs, other.durationMs) &&
  one.path === other.path &&
  one.status === other.status &&
  one.upstream === other.upstream &&
  one.host === other.host;

/** Of so many lines some may be alike, each a request of its own. */
const sideBySide = 50;

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
