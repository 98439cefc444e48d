import { Digest } from './digest.ts';
import { upstreamDigest } from './upstreams.ts';
import type { RecordedRequest } from './recorded-request.ts';

/**
 * A number that tells a request from all others; undefined for one without an id or a time. One request id stands in the logs
 * of several proxies, and an application may hand it on to several calls, so that time, duration, cluster, host and path belong to it.
 */
export function identityOf(request: RecordedRequest): number | undefined {
  const { requestId, startUs, durationMs, upstreamCluster, upstreamHost, path } = request;
  if (requestId === undefined || Number.isNaN(startUs)) return undefined;
  digest.begin();
  digest.number(startUs);
  digest.number(durationMs);
  digest.number(upstreamDigest(upstreamHost, upstreamCluster));
  digest.text(requestId);
  digest.text(path ?? '');
  return digest.value;
}

const digest = new Digest();
