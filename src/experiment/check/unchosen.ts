import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import { blameOfText } from '../../verdict/blame.ts';
import { ownCopy } from './own-copy.ts';
import { isRouteless } from './request-failure.ts';

/** Whoever looks for a site or a page that is not there brings hosts and paths of his own: more are not kept. */
const mostHosts = 1000;
const mostPaths = 10_000;

/** Paths are noted of so many requests, and of one in sixteen of those that follow. */
const pathsOfFirst = 2000;
const pathsOfEach = 16;

/** A failure before a version was chosen, as often as it came. */
interface Failed {
  readonly host: string;
  /** Without its query. */
  readonly path: string;
  readonly failure: string;
  readonly isRouteless: boolean;
  readonly isOwn: boolean | undefined;
  times: number;
}

/**
 * Requests that failed before a version was chosen. Nothing but their host and path tells whom they were meant for: they count where
 * others with these were routed to the service in question.
 */
export class Unchosen {
  readonly #told = new Map<string, number>();
  readonly #failed = new Map<string, Failed>();
  readonly #hosts = new Set<string>();
  #lastAuthority: string | undefined;
  readonly #otherHosts = new Set<string>();
  #lastOther: string | undefined;
  /** Hosts with the paths of requests for which a version was chosen. */
  readonly #paths = new Set<string>();
  #routed = 0;

  /** A version was chosen for this request. */
  routed(request: RecordedRequest): void {
    const authority = request.authority ?? '';
    if (authority !== this.#lastAuthority) {
      this.#lastAuthority = ownCopy(authority);
      if (this.#hosts.size < mostHosts) this.#hosts.add(hostOf(this.#lastAuthority));
    }
    this.#routed += 1;
    if (this.#routed > pathsOfFirst && this.#routed % pathsOfEach !== 0) return;
    const place = placeOf(hostOf(authority), pathOf(request));
    if (this.#paths.size < mostPaths && !this.#paths.has(place)) this.#paths.add(ownCopy(place));
  }

  /** A request with this authority went to another service. */
  routedElsewhere(authority = ''): void {
    if (authority === this.#lastOther) return;
    this.#lastOther = ownCopy(authority);
    if (this.#otherHosts.size < mostHosts) this.#otherHosts.add(hostOf(this.#lastOther));
  }

  /** A failure that is known to be for the service in question. */
  add(failure: string, times: number): void {
    if (blameOfText(failure) !== 'fails') return;
    this.#told.set(failure, (this.#told.get(failure) ?? 0) + times);
  }

  fail(failure: string, request: RecordedRequest, isOwn: boolean | undefined): void {
    if (blameOfText(failure) !== 'fails') return;
    const host = hostOf(request.authority ?? '');
    const path = pathOf(request);
    const { times = 1 } = request;
    const name = `${failure} ${String(isOwn)} ${placeOf(host, path)}`;
    const known = this.#failed.get(name);
    if (known !== undefined) known.times += times;
    else if (this.#failed.size < mostPaths)
      this.#failed.set(ownCopy(name), {
        host: ownCopy(host),
        path: ownCopy(path),
        failure,
        isRouteless: isRouteless(request),
        isOwn,
        times,
      });
  }

  /** By "503 NC"; those that others were not routed like, left out. */
  get failures(): ReadonlyMap<string, number> {
    const all = new Map(this.#told);
    for (const own of this.#failed.values())
      if (this.#isMeant(own)) all.set(own.failure, (all.get(own.failure) ?? 0) + own.times);
    return all;
  }

  #isMeant({ host, path, isRouteless: isNoRoute, isOwn }: Failed): boolean {
    // Where all failed, no other request tells more than the host that was asked for, and what was no route is no path of it.
    if (this.#routed === 0) return isOwn ?? (!isNoRoute && this.#otherHosts.size === 0);
    if (this.#paths.has(placeOf(host, path))) return true;
    if (isNoRoute) return false;
    return isOwn === true || (this.#hosts.has(host) && !this.#otherHosts.has(host));
  }
}

const hostOf = (authority: string): string => authority.replace(/:\d+$/, '').toLowerCase();

function pathOf({ path = '' }: RecordedRequest): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}

const placeOf = (host: string, path: string): string => `${host} ${path}`;
