import { Digest } from '../../accesslog/digest.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';

/** Fewer requests than these may be alike by chance. */
const fewest = 10;

/**
 * Whether two sources tell the very same requests, one after the other, where these have a time and no request id: a log that came
 * twice, and of which no line says so.
 */
export class SameSources {
  readonly #found = new Map<string, { requests: number; digest: number }>();

  /** A request without an id (`identityIn`). */
  add(source: string, request: RecordedRequest): void {
    const { startUs, durationMs, upstreamHost, upstreamCluster, path, status, peer } = request;
    if (Number.isNaN(startUs)) return;
    let own = this.#found.get(source);
    if (own === undefined) this.#found.set(source, (own = { requests: 0, digest: 0 }));
    digest.begin();
    digest.number(own.digest);
    digest.number(startUs);
    digest.number(durationMs);
    digest.number(status);
    for (const text of [upstreamHost, upstreamCluster, path, peer]) digest.text(text ?? '');
    own.digest = digest.value;
    own.requests += 1;
  }

  /** The first two that do. */
  pair(): { readonly first: string; readonly again: string; readonly requests: number } | undefined {
    const known = new Map<string, string>();
    for (const [source, { requests, digest: own }] of this.#found) {
      const key = `${requests} ${own}`;
      const first = known.get(key);
      if (first !== undefined && requests >= fewest) return { first, again: source, requests };
      known.set(key, source);
    }
    return undefined;
  }
}

const digest = new Digest();
