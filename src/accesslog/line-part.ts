/** Why a line is no request. */
export interface Unparsed {
  readonly unparsed: string;
}

/** A request while its reader fills it in. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Envoy writes `-` for what it does not know. */
export function known(text: string): string | undefined {
  return text === '-' || text === '' ? undefined : text;
}

/**
 * Whom a request came from: the first address of x-forwarded-for (the one that the outermost proxy saw, or what the
 * client claimed), else the peer of the connection.
 */
export function clientOf(forwardedFor: string | undefined, peer: string | undefined): string | undefined {
  if (forwardedFor === undefined) return peer === undefined ? undefined : withoutPort(peer);
  const comma = forwardedFor.indexOf(',');
  return withoutPort((comma < 0 ? forwardedFor : forwardedFor.slice(0, comma)).trim());
}

/** `10.0.0.7:41234` and `[2001:db8::7]:41234` -> the address; a bare IPv6 address has no port to lose. */
function withoutPort(address: string): string {
  if (address.startsWith('[')) {
    const end = address.indexOf(']');
    return end < 0 ? address : address.slice(1, end);
  }
  const first = address.indexOf(':');
  return first >= 0 && first === address.lastIndexOf(':') ? address.slice(0, first) : address;
}

/**
 * The pod whose log this is, from what kubectl logs --prefix (`[pod/NAME/CONTAINER] `) or stern (`NAME CONTAINER `) writes before a
 * line; undefined for any other beginning.
 */
export function podOfPrefix(prefix: string): string | undefined {
  if (prefix === '') return undefined;
  return (
    /^\[(?:pod\/)?([a-z][^/\]\s]*)/.exec(prefix)?.[1] ??
    /^([a-z][a-z0-9.-]*-[a-z0-9.-]+) [a-z][a-z0-9-]* $/.exec(prefix)?.[1]
  );
}

/** The address that a proxy called from; its own, unless it called the pod that it stands beside. */
export const ownAddress = (upstreamLocal: string | undefined): string | undefined =>
  upstreamLocal === undefined || upstreamLocal.startsWith('127.') ? undefined : withoutPort(upstreamLocal);
