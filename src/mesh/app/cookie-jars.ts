import { refill } from '../../kernel/copies.ts';
import type { RequestClasses } from '../envoy/request-class.ts';
import { isSentTo, parseSetCookie, type Cookie } from './set-cookie.ts';

/** What the clients of one traffic entry keep of the cookies that answers set, and send again: each has a jar of its own. */
export class CookieJars {
  readonly #classes: RequestClasses;
  /** By client, the oldest first; absent: it has none. Lists are never changed, but replaced. */
  readonly #held: (readonly Cookie[] | undefined)[] = [];
  /** What each client's requests are with these cookies, while they hold; by client and class without them. */
  readonly #known: (Known | undefined)[] = [];

  constructor(classes: RequestClasses) {
    this.#classes = classes;
  }

  /** The class of a client's next request, which is of `requestClass` but for its cookies. */
  classOf(client: number, requestClass: number, nowUs: number): number {
    const held = this.#held[client];
    if (held === undefined) return requestClass;
    const known = this.#known[client];
    if (known !== undefined && known.without === requestClass && nowUs < known.untilUs) return known.with;
    const left = held.filter(({ untilUs }) => nowUs < untilUs);
    this.#keep(client, left);
    if (left.length === 0) return requestClass;
    const found = this.#classWith(left, requestClass);
    const untilUs = Math.min(...left.map((own) => own.untilUs));
    this.#known[client] = { without: requestClass, with: found, untilUs };
    return found;
  }

  /** An answer to a client's request came with these lines of Set-Cookie. */
  answered(client: number, requestClass: number, lines: readonly string[], nowUs: number): void {
    const { authority, path } = this.#classes.heads[requestClass]!;
    let held = this.#held[client] ?? [];
    for (const line of lines) {
      const cookie = parseSetCookie(line, authority.replace(/:\d+$/, ''), path, nowUs);
      if (cookie === undefined) continue;
      const isSame = (own: Cookie): boolean => own.name === cookie.name && own.path === cookie.path;
      // One that is replaced keeps its place among those of the same length of path (RFC 6265, 5.3, step 11).
      if (held.some(isSame)) held = held.map((own) => (isSame(own) ? cookie : own));
      else held = [...held, cookie];
    }
    this.#keep(
      client,
      held.filter(({ untilUs }) => nowUs < untilUs),
    );
  }

  /** A visit is over, and with it what lasts as long as that. */
  endSession(client: number): void {
    const held = this.#held[client];
    if (held !== undefined)
      this.#keep(
        client,
        held.filter(({ isOfSession }) => !isOfSession),
      );
  }

  /** Somebody else has this number from now on. */
  forget(client: number): void {
    this.#keep(client, []);
  }

  copyFrom(other: CookieJars): void {
    refill(this.#held, other.#held);
    refill(this.#known, other.#known);
  }

  #keep(client: number, cookies: readonly Cookie[]): void {
    this.#held[client] = cookies.length === 0 ? undefined : cookies;
    this.#known[client] = undefined;
  }

  /** The header's pairs: what the client always sends, then its cookies, those of longer paths first (RFC 6265, 5.4). */
  #classWith(cookies: readonly Cookie[], requestClass: number): number {
    const head = this.#classes.heads[requestClass]!;
    const sent = cookies
      .filter((own) => isSentTo(own, head.path))
      .sort((a, b) => b.path.length - a.path.length);
    if (sent.length === 0) return requestClass;
    const names = new Set(sent.map(({ name }) => name));
    const always = (head.headers['cookie'] ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair !== '' && !names.has(pair.split('=')[0]!));
    const cookie = [...always, ...sent.map(({ name, value }) => `${name}=${value}`)].join('; ');
    return this.#classes.of(
      { ...head, headers: { ...head.headers, cookie } },
      this.#classes.ports[requestClass]!,
    );
  }
}

interface Known {
  readonly without: number;
  readonly with: number;
  readonly untilUs: number;
}
