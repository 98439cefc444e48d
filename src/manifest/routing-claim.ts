/**
 * The path of a claim in a token that a match names in place of a header: `@request.auth.claims.realm.role` or
 * `@request.auth.claims[realm][role]`; undefined: it is a header (istio/istio pkg/jwt/routing.go, ToRoutingClaim).
 */
export function routingClaim(header: string): readonly string[] | undefined {
  const [, dotted, bracketed] = /^@request\.auth\.claims(?:\.(.+)|\[(.+)\])$/i.exec(header) ?? [];
  return dotted?.split('.') ?? bracketed?.split('][');
}
