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

/** Whether sidecars take mutual TLS alone (STRICT), plain text alone (DISABLE), or both. */
type MtlsMode = 'PERMISSIVE' | 'STRICT' | 'DISABLE';

/** How the sidecars of a workload take connections. */
export interface Intake {
  /** "PeerAuthentication default.shop"; "": none says it. */
  readonly by: string;
  readonly mode: MtlsMode;
  /** Ports of its pods that have a mode of their own. */
  readonly ports: ReadonlyMap<number, MtlsMode>;
  /** The policy that says so. */
  readonly portsBy: string;
}

/**
 * What the policies say to a workload: of its own labels before its namespace's before the mesh's, and one that is UNSET inherits;
 * without any both are taken (istio.io, reference/config/security/peer_authentication; of the root namespace those with labels do
 * nothing). Of several for one the first counts, as the older does. undefined: it has no sidecar.
 * @param rootNamespace see `rootNamespaceIn`
 */
export function intakeOf(
  { metadata: { namespace }, spec: { template } }: Workload,
  policies: readonly WrittenObject[],
  rootNamespace: string,
): Intake | undefined {
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
  const acting = levels.find((each) => modeOf(specOf(each).at('mtls')) !== undefined);
  return {
    by: acting === undefined ? '' : nameOf(acting),
    mode: (acting && modeOf(specOf(acting).at('mtls'))) ?? 'PERMISSIVE',
    ports: own === undefined ? new Map() : portModes(own),
    portsBy: own === undefined ? '' : nameOf(own),
  };
}

/** The same at one port of its pods. */
export const intakeAt = ({ by, mode, ports, portsBy }: Intake, port: number): Pick<Intake, 'by' | 'mode'> => {
  const own = ports.get(port);
  return own === undefined ? { by, mode } : { by: portsBy, mode: own };
};

/** The policy by which the sidecars of a workload take mutual TLS alone, at some of its ports at least. */
export function refusesPlain(
  workload: Workload,
  policies: readonly WrittenObject[],
  rootNamespace: string,
): RefusesPlain | undefined {
  const intake = intakeOf(workload, policies, rootNamespace);
  if (intake === undefined) return undefined;
  const { by, mode, ports, portsBy } = intake;
  const isStrict = mode === 'STRICT';
  if ([...ports.values()].some((own) => (own === 'STRICT') !== isStrict))
    return { by: portsBy, ports: 'some' };
  return isStrict ? { by, ports: 'all' } : undefined;
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

/** undefined: it is UNSET, or a word that is none. */
const modeOf = (mtls: Cursor): MtlsMode | undefined => {
  const { text } = mtls.at('mode');
  return text === 'STRICT' || text === 'PERMISSIVE' || text === 'DISABLE' ? text : undefined;
};

function portModes(own: WrittenObject): Map<number, MtlsMode> {
  const spec = specOf(own);
  const ports = (own.source['spec'] as { readonly portLevelMtls?: object } | undefined)?.portLevelMtls ?? {};
  return new Map(
    Object.keys(ports).flatMap((port) => {
      const mode = modeOf(spec.at('portLevelMtls', port));
      return mode === undefined ? [] : [[Number(port), mode] as const];
    }),
  );
}

const nameOf = ({ metadata: { name, namespace } }: WrittenObject): string =>
  `PeerAuthentication ${name}.${namespace}`;
