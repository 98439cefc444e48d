import { linearRegex } from '../../manifest/linear-regex.ts';
import type { Route } from './route.ts';

/** Whether requests leave a route with another path than they came with. */
export const rewritesPath = ({ route }: Route): boolean =>
  route?.prefix_rewrite !== undefined || route?.regex_rewrite !== undefined;

/**
 * The path with which a request leaves its route; what stands behind a question mark stays. Source:
 * source/common/router/config_impl.cc, RouteEntryImplBase::currentUrlPathAfterRewriteWithMatchedPath: a prefix is replaced where it
 * matched, an exact path or one that a pattern matched as a whole; regex_rewrite replaces all that it matches.
 *
 * @param path of a request that the route has matched.
 */
export function rewrittenPath({ match, route }: Route, path: string): string {
  const { prefix_rewrite: prefix, regex_rewrite: regex } = route ?? {};
  const end = path.search(/[?#]/);
  const [bare, rest] = end < 0 ? [path, ''] : [path.slice(0, end), path.slice(end)];
  if (prefix !== undefined) {
    const matched = (match.prefix ?? match.path_separated_prefix)?.length ?? bare.length;
    return `${prefix}${bare.slice(matched)}${rest}`;
  }
  if (regex === undefined) return path;
  const pattern = linearRegex(regex.pattern.regex);
  // Manifests with such a pattern are refused before.
  if ('problem' in pattern) throw new Error(`regex_rewrite /${regex.pattern.regex}/: ${pattern.problem}`);
  return `${pattern.replaceAll(bare, regex.substitution)}${rest}`;
}
