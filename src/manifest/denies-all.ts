import { Cursor } from './cursor.ts';
import { matches } from './labels.ts';
import type { WrittenObject } from './resource.ts';
import type { Workload } from './scale-target.ts';

export const isAuthorizationPolicy = ({ apiVersion, kind }: WrittenObject): boolean =>
  kind === 'AuthorizationPolicy' && apiVersion.startsWith('security.istio.io/');

/**
 * The AuthorizationPolicy by which the sidecars of a workload let nobody in: one that denies without a condition, or, of those that
 * allow, the first, where none of them has a rule (istio.io, reference/config/security/authorization-policy: "spec: {}"). undefined: they
 * may let somebody in, or have no sidecar.
 * @param others among which policies are, of the workload's namespace and of the mesh's
 */
export function deniesAll(
  { metadata: { namespace }, spec: { template } }: Workload,
  others: readonly WrittenObject[],
  rootNamespace: string,
): { readonly deniesAll?: string } {
  if (template.injectedProxy.inject === false) return {};
  const own = others.filter((each) => {
    const spec = specOf(each);
    return (
      isAuthorizationPolicy(each) &&
      [namespace, rootNamespace].includes(each.metadata.namespace) &&
      each.metadata.annotations['istio.io/dry-run'] !== 'true' &&
      !spec.at('targetRef').isSet &&
      !spec.at('targetRefs').isSet &&
      matches(spec.at('selector', 'matchLabels').textMap, template.labels)
    );
  });
  const allowing = own.filter((each) => actionOf(each) === 'ALLOW');
  const found =
    own.find((each) => actionOf(each) === 'DENY' && isForAll(each)) ??
    (allowing.every((each) => specOf(each).at('rules').items.length === 0) ? allowing[0] : undefined);
  return found === undefined
    ? {}
    : { deniesAll: `AuthorizationPolicy ${found.metadata.name}.${found.metadata.namespace}` };
}

/** A policy that lets everybody in, whatever others allow. */
export const allowsAll = (own: WrittenObject): boolean => actionOf(own) === 'ALLOW' && isForAll(own);

const specOf = ({ source }: WrittenObject): Cursor => new Cursor(source, [], []).at('spec');
const actionOf = (own: WrittenObject): string => specOf(own).at('action').text ?? 'ALLOW';

/** A rule of it asks for nothing. */
const isForAll = (own: WrittenObject): boolean =>
  specOf(own)
    .at('rules')
    .items.some((rule) => ['from', 'to', 'when'].every((each) => rule.at(each).items.length === 0));
