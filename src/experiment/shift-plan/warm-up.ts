import type { Resource } from '../../manifest/resource.ts';
import { changedResource } from '../../manifest/write.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Shift } from './shift.ts';

/** Fields of a manifest's text. */
type Data = Record<string, unknown>;

/** Balancers that give new pods their part bit by bit (Envoy's slow start). */
const warming = new Set<unknown>([undefined, 'ROUND_ROBIN', 'LEAST_REQUEST']);

/**
 * The DestinationRule of the shifted service, with so many seconds of warm-up for the pods of the new version; 0: none.
 * @throws RangeError for a user to read, where no rule has the version or its balancer has no warm-up.
 */
export function warmedUp(
  { manifests }: Scenario,
  { service, to }: Shift,
  seconds: number,
): { readonly file: string; readonly text: string; readonly resource: Resource } {
  const rule = manifests.find(
    (own) => own.kind === 'DestinationRule' && own.spec.subsets.some(({ name }) => name === to.name),
  );
  if (rule === undefined)
    throw new RangeError(
      `no DestinationRule has the subset "${to.name}" of ${service}: it is what warms up pods`,
    );
  const file = `${service}-warm-up-${seconds}s.yaml`;
  const { text, resource } = changedResource(rule, file, (source) => {
    const spec = source['spec'] as Data & { subsets: Data[] };
    const subset = spec.subsets.find((own) => own['name'] === to.name)!;
    // A subset's loadBalancer stands in place of the common one, whole.
    const { warmup, warmupDurationSecs, ...rest } = (balancerOf(subset) ?? balancerOf(spec) ?? {}) as Data;
    if (seconds > 0 && (rest['consistentHash'] !== undefined || !warming.has(rest['simple'])))
      throw new RangeError(
        `pods of ${service} have no warm-up beside ${rest['consistentHash'] === undefined ? String(rest['simple']) : 'consistentHash'}`,
      );
    const kept = warmup as Data | undefined;
    const loadBalancer =
      seconds === 0
        ? rest
        : {
            ...rest,
            simple: rest['simple'] ?? 'LEAST_REQUEST',
            warmup: { ...kept, duration: `${seconds}s` },
          };
    if (seconds === 0 && warmup === undefined && warmupDurationSecs === undefined) return;
    subset['trafficPolicy'] = { ...(subset['trafficPolicy'] as Data | undefined), loadBalancer };
  });
  return { file, text, resource };
}

const balancerOf = (own: Data): unknown => (own['trafficPolicy'] as Data | undefined)?.['loadBalancer'];
