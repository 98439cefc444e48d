import { Cursor } from './cursor.ts';
import { matches } from './labels.ts';
import type { WrittenObject } from './resource.ts';
import type { Workload } from './scale-target.ts';

/** A PeerAuthentication by which the sidecars of a workload take mutual TLS alone. */
export interface RefusesPlain {
  /** "PeerAuthentication default.shop" */
  readonly by: string;
  /** Others of its ports take plain text, too. */
  readonly ports: 'all' | 'some';
}

export const isPeerAuthentication = ({ apiVersion, kind }: WrittenObject): boolean =>
  kind === 'PeerAuthentication' && apiVersion.startsWith('security.istio.io/');

/**
 * What the policies say to a workload: of its own labels before its namespace's before the mesh's, and one that is UNSET inherits;
 * without any both are taken (istio.io, reference/config/security/peer_authentication; of the root namespace those with labels do
 * nothing). All that the manifests bring are taken to be in force all the time; of several for one the first counts, as the older does.
 */
export function refusesPlain(
  { metadata: { namespace }, spec: { template } }: Workload,
  policies: readonly WrittenObject[],
): RefusesPlain | undefined {
  if (template.injectedProxy.inject === false) return undefined;
  const of = (place: string, isOwn: boolean): WrittenObject | undefined =>
    policies.find((own) => {
      const labels = specOf(own).at('selector', 'matchLabels').textMap;
      const isChosen = Object.keys(labels).length > 0;
      return (
        own.metadata.namespace === place && isChosen === isOwn && (!isOwn || matches(labels, template.labels))
      );
    });
  const own = namespace === rootNamespace ? undefined : of(namespace, true);
  const levels = [own, of(namespace, false), of(rootNamespace, false)].filter((each) => each !== undefined);
  const acting = levels.find((each) => isSet(modeOf(specOf(each).at('mtls'))));
  const isStrict = acting !== undefined && modeOf(specOf(acting).at('mtls')) === 'STRICT';
  const ports = own === undefined ? [] : portModes(own).filter(isSet);
  if (ports.some((mode) => (mode === 'STRICT') !== isStrict)) return { by: nameOf(own!), ports: 'some' };
  return isStrict ? { by: nameOf(acting), ports: 'all' } : undefined;
}

/** The same as a field of what is told of a workload. */
export function refusalOf(
  workload: Workload,
  policies: readonly WrittenObject[],
): { readonly refusesPlain?: RefusesPlain } {
  const found = refusesPlain(workload, policies);
  return found === undefined ? {} : { refusesPlain: found };
}

/** Of Istio as it is installed by default. */
const rootNamespace = 'istio-system';

const specOf = ({ source }: WrittenObject): Cursor => new Cursor(source, [], []).at('spec');
const modeOf = (mtls: Cursor): string | undefined => mtls.at('mode').text;
const isSet = (mode: string | undefined): mode is string => mode !== undefined && mode !== 'UNSET';

const portModes = (own: WrittenObject): (string | undefined)[] => {
  const spec = specOf(own);
  const ports = (own.source['spec'] as { readonly portLevelMtls?: object } | undefined)?.portLevelMtls ?? {};
  return Object.keys(ports).map((port) => modeOf(spec.at('portLevelMtls', port)));
};

const nameOf = ({ metadata: { name, namespace } }: WrittenObject): string =>
  `PeerAuthentication ${name}.${namespace}`;
