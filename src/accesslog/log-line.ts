import { Block } from './block.ts';
import { Digest } from './digest.ts';
import { clientOf, known, ownAddress, podOfPrefix } from './line-part.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { Span } from './span.ts';
import { wholeNumber } from './whole-number.ts';
import { Upstreams, type Upstream } from './upstreams.ts';

const space = 32;
const dash = 45;
const backslash = 92;

/**
 * The request that a line tells, one object for all lines: its reader notes where each text stands, and a text is made when
 * somebody asks for it. With the next line it is another request.
 */
export class LogLine implements RecordedRequest {
  startUs = 0;
  status: number | undefined;
  durationMs: number | undefined;
  line = 0;
  block = new Block(new Uint8Array(0));
  /** All of the line, without its line end. */
  readonly whole = new Span();
  /** Where the log's own text begins, behind whatever prefix. */
  start = 0;
  /** False where the line says nothing of flags, not even that there are none. */
  hasFlags = false;
  /** True where the line says how a call of gRPC ended. */
  hasGrpcStatus = false;
  /** Where each field stands. */
  readonly at = {
    method: new Span(),
    path: new Span(),
    flags: new Span(),
    grpcStatus: new Span(),
    forwardedFor: new Span(),
    userAgent: new Span(),
    requestId: new Span(),
    authority: new Span(),
    host: new Span(),
    upstreamMs: new Span(),
    cluster: new Span(),
    /** What is still to be told apart: upstream local address, downstream local address, peer, server name and route name. */
    addresses: new Span(),
    upstreamLocal: new Span(),
    peer: new Span(),
    routeName: new Span(),
  };
  readonly #upstreams = new Upstreams();
  #upstream: Upstream | undefined;
  readonly #digest = new Digest();

  /** Another line, of which nothing is known yet. */
  begin(block: Block, from: number, end: number, number: number): void {
    this.block = block;
    this.whole.is(from, end);
    this.start = from;
    this.line = number;
    this.status = undefined;
    this.durationMs = undefined;
    this.hasFlags = false;
    this.hasGrpcStatus = false;
    this.#upstream = undefined;
    const { at } = this;
    at.method.is(0, 0);
    at.path.is(0, 0);
    at.flags.is(0, 0);
    at.forwardedFor.is(0, 0);
    at.userAgent.is(0, 0);
    at.requestId.is(0, 0);
    at.authority.is(0, 0);
    at.host.is(0, 0);
    at.upstreamMs.is(0, 0);
    at.cluster.is(0, 0);
    at.addresses.is(0, 0);
    at.upstreamLocal.is(0, 0);
    at.peer.is(0, 0);
    at.routeName.is(0, 0);
  }

  get method(): string | undefined {
    return this.#text(this.at.method);
  }

  get path(): string | undefined {
    return unescaped(this.#text(this.at.path));
  }

  get flags(): string | undefined {
    if (!this.hasFlags) return undefined;
    return isNothing(this.block.bytes, this.at.flags) ? '' : this.#text(this.at.flags);
  }

  get grpcStatus(): string | undefined {
    return this.hasGrpcStatus ? this.#text(this.at.grpcStatus) : undefined;
  }

  get client(): string | undefined {
    const forwardedFor = this.#text(this.at.forwardedFor);
    return clientOf(
      forwardedFor,
      forwardedFor === undefined ? this.#text(this.#addresses().peer) : undefined,
    );
  }

  get userAgent(): string | undefined {
    return unescaped(this.#text(this.at.userAgent));
  }

  get requestId(): string | undefined {
    return this.#text(this.at.requestId);
  }

  get authority(): string | undefined {
    return this.#knownUpstream().authority;
  }

  get upstreamHost(): string | undefined {
    return this.#knownUpstream().host;
  }

  get upstreamMs(): number | undefined {
    const { from, end } = this.at.upstreamMs;
    const value = wholeNumber(this.block.bytes, from, end);
    return Number.isNaN(value) ? undefined : value;
  }

  get peer(): string | undefined {
    return this.#text(this.#addresses().peer);
  }

  get upstreamCluster(): string | undefined {
    return this.#knownUpstream().cluster;
  }

  get upstreamPlace(): number | undefined {
    return this.#knownUpstream().place;
  }

  get routeName(): string | undefined {
    return this.#text(this.#addresses().routeName);
  }

  get proxy(): string | undefined {
    const pod = podOfPrefix(this.block.text(this.whole.from, this.start));
    return pod ?? ownAddress(this.#text(this.#addresses().upstreamLocal));
  }

  /** Undefined, too, where the bytes are not the text. */
  get identity(): number | undefined {
    const { bytes } = this.block;
    const { requestId, path } = this.at;
    if (isNothing(bytes, requestId) || isNothing(bytes, path) || has(bytes, path, backslash))
      return undefined;
    const digest = this.#digest;
    digest.begin();
    digest.number(this.startUs);
    digest.number(this.durationMs);
    digest.number(this.#knownUpstream().digest);
    const bits = digest.bytes(this.block, requestId) | digest.bytes(this.block, path);
    return (bits & 0x8080_8080) === 0 ? digest.value : undefined;
  }

  #text({ from, end }: Span): string | undefined {
    return known(this.block.text(from, end));
  }

  /** The fields with those that stand behind the cluster, which few lines are asked for. */
  #addresses(): LogLine['at'] {
    const { at } = this;
    const { from, end } = at.addresses;
    if (from === end) return at;
    const { bytes } = this.block;
    const upstreamLocalEnd = indexOf(bytes, space, from, end);
    if (upstreamLocalEnd < end) at.upstreamLocal.is(from, upstreamLocalEnd);
    const downstreamLocalEnd = indexOf(bytes, space, upstreamLocalEnd + 1, end);
    const peerEnd = indexOf(bytes, space, downstreamLocalEnd + 1, end);
    if (peerEnd < end) at.peer.is(downstreamLocalEnd + 1, peerEnd);
    const serverNameEnd = indexOf(bytes, space, peerEnd + 1, end);
    if (serverNameEnd < end)
      at.routeName.is(serverNameEnd + 1, indexOf(bytes, space, serverNameEnd + 1, end));
    at.addresses.is(0, 0);
    return at;
  }

  #knownUpstream(): Upstream {
    const { authority, host, cluster } = this.at;
    return (this.#upstream ??= this.#upstreams.of(this.block, authority, host, cluster));
  }
}

/** Envoy writes `-` for what it does not know. */
const isNothing = (bytes: Uint8Array, { from, end }: Span): boolean =>
  from === end || (end - from === 1 && bytes[from] === dash);

/** Where the byte stands next, at or behind `end` where it does not. */
function indexOf(bytes: Uint8Array, byte: number, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== byte) at += 1;
  return at;
}

function has(bytes: Uint8Array, { from, end }: Span, byte: number): boolean {
  for (let at = from; at < end; at += 1) if (bytes[at] === byte) return true;
  return false;
}

/** Envoy does not escape what a client sent; other writers do. */
const unescaped = (text: string | undefined): string | undefined =>
  text?.includes('\\') === true ? text.replaceAll('\\"', '"').replaceAll('\\\\', '\\') : text;
