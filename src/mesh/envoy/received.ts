import type { RequestHead } from './route-match.ts';
import type { PathNormalization, RouteConfiguration } from './route.ts';

/**
 * A request as the routes are asked for it: Envoy's connection manager has been at it before (source/common/http:
 * conn_manager_utility.cc, mutateRequestHeaders and maybeNormalizePath; path_utility.cc).
 *
 *   gateway: no proxy before it is trusted, so that x-forwarded-proto says how the connection came, whatever the client wrote
 *   sidecar: x-forwarded-proto stays as the application wrote it, else it is http
 *   both:    the scheme is what x-forwarded-proto says; the path is normalised as the mesh says (Istio's pathNormalization):
 *
 *   NONE                     not at all
 *   BASE                     dot segments are resolved, and `\` is `/`; escapes other than that of a dot stay as they are
 *   MERGE_SLASHES            and several slashes are one
 *   DECODE_AND_MERGE_SLASHES and those that are escaped are slashes, too, before all else
 */
export function received(
  head: RequestHead,
  { over_tls, path_normalization = 'BASE' }: RouteConfiguration,
  isGateway: boolean,
): RequestHead {
  const own = over_tls === true ? 'https' : 'http';
  const written = isGateway ? undefined : head.headers['x-forwarded-proto'];
  return {
    ...head,
    path: normalisedPath(head.path, path_normalization),
    scheme: written === 'https' || (written === undefined && own === 'https') ? 'https' : 'http',
    headers: { ...head.headers, 'x-forwarded-proto': written ?? own },
  };
}

/** In Envoy's order: what is unescaped may make dot segments, and these may leave slashes side by side. */
function normalisedPath(written: string, by: PathNormalization): string {
  if (by === 'NONE') return written;
  const own = withoutDots(by === 'DECODE_AND_MERGE_SLASHES' ? unescaped(written) : written);
  return by === 'BASE' ? own : merged(own);
}

const beforeQuery = (written: string, change: (path: string) => string): string => {
  const end = written.indexOf('?');
  return end < 0 ? change(written) : change(written.slice(0, end)) + written.slice(end);
};

const unescaped = (written: string): string =>
  beforeQuery(written, (path) => path.replace(/%2f/gi, '/').replace(/%5c/gi, '\\'));

const merged = (written: string): string => beforeQuery(written, (path) => path.replace(/\/{2,}/g, '/'));

/** RFC 3986, 5.2.4 (remove dot segments), of what stands before the query. */
function withoutDots(written: string): string {
  if (!toNormalise.test(written) || !/^[/\\]/.test(written)) return written;
  const end = written.search(/[?#]/);
  const [path, rest] = end < 0 ? [written, ''] : [written.slice(0, end), written.slice(end)];
  const segments = path.replaceAll('\\', '/').split('/').slice(1);
  const kept: string[] = [];
  segments.forEach((segment, index) => {
    const dots = segment.replace(/%2e/gi, '.');
    if (dots === '..') kept.pop();
    else if (dots !== '.') kept.push(segment);
    // What ends in dots is a folder.
    if ((dots === '.' || dots === '..') && index === segments.length - 1) kept.push('');
  });
  return `/${kept.join('/')}${rest}`;
}

const toNormalise = /[/\\](\.|%2e){1,2}(?=[/\\?#]|$)|\\/i;
