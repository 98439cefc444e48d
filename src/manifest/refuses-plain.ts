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

/** Of the sidecars of a workload. */
interface PlainTextTaken {
  /** "PeerAuthentication default.shop"; "": by none. */
  readonly by: string;
  /** Some of its ports refuse it, or all do. */
  readonly isRefused: boolean;
  /** They take nothing else. */
  readonly isAll: boolean;
  readonly ports: 'all' | 'some';
}

/**
 * What the policies say to a workload: of its own labels before its namespace's before the mesh's, and one that is UNSET inherits;
 * without any both are taken (istio.io, reference/config/security/peer_authentication; of the root namespace those with labels do
 * nothing). Of several for one the first counts, as the older does. undefined: it has no sidecar.
 * @param rootNamespace see `rootNamespaceIn`
 */
export function plainTextOf(
  { metadata: { namespace }, spec: { template } }: Workload,
  policies: readonly WrittenObject[],
  rootNamespace: string,
): PlainTextTaken | undefined {
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
  const mode = acting && modeOf(specOf(acting).at('mtls'));
  const isStrict = mode === 'STRICT';
  const ports = own === undefined ? [] : portModes(own).filter(isSet);
  if (ports.some((each) => (each === 'STRICT') !== isStrict))
    return { by: nameOf(own!), isRefused: true, isAll: false, ports: 'some' };
  return {
    by: acting === undefined ? '' : nameOf(acting),
    isRefused: isStrict,
    isAll: mode === 'DISABLE',
    ports: 'all',
  };
}

/** The policy by which the sidecars of a workload take mutual TLS alone, at some of its ports at least. */
export function refusesPlain(
  workload: Workload,
  policies: readonly WrittenObject[],
  rootNamespace: string,
): RefusesPlain | undefined {
  const taken = plainTextOf(workload, policies, rootNamespace);
  return taken?.isRefused === true ? { by: taken.by, ports: taken.ports } : undefined;
}

/** The same as a field of what is told of a workload. @param others among which the policies are. */
export function refusalFinder(
  others: readonly WrittenObject[],
  rootNamespace: string,
): (workload: Workload) => { readonly refusesPlain?: RefusesPlain } {
  const policies = others.filter(isPeerAuthentication);
  return (workload) => {
    const found = refusesPlain(workload, policies, rootNamespace);
    return found === undefined ? {} : { refusesPlain: found };
  };
}

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
