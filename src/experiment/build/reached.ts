import { localityLabel } from '../../mesh/envoy/load-assignment.ts';
import { ownVersion } from '../../mesh/telemetry/split-key.ts';
import type { World } from '../../mesh/world.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import type { ReachedRecord } from '../../record/reached.ts';
import type { RunRecord } from '../../record/record.ts';
import type { Recorder } from '../recorder.ts';
import { readySpans } from './ready-spans.ts';
import { seconds } from './seconds.ts';

type Reached = Omit<ReachedRecord, 'pods'> & { readonly counts: Map<number, number> };

/**
 * Callers by workload, locality and Service, in the order of their proxies; of Services alone for which something that the
 * manifests say, or a connection that is kept, gives pods other parts than even ones.
 */
export function buildReached(world: World, recorder: Recorder, mesh: readonly MeshFacts[]): ReachedRecord[] {
  const spans = readySpans(recorder);
  const uneven = unevenServices(mesh);
  const callers = uneven.size === 0 ? [] : callersOf(world).filter(({ service }) => uneven.has(service));
  return callers.map(({ counts, ...own }) => ({
    ...own,
    // A pod that answered is one, whatever the Service selects by now.
    pods: [...new Set([...world.servicePods(own.service), ...counts.keys()])]
      .sort((a, b) => a - b)
      .flatMap((pod) => {
        const own = world.pods[pod]!;
        const { name, workload, labels } = own;
        const span = spans(pod);
        if (span === undefined) return [];
        return [
          {
            pod: name,
            workload,
            version: ownVersion(own),
            locality: localityLabel({ labels }),
            readyFromSeconds: seconds(span.fromUs),
            readyToSeconds: seconds(span.toUs),
            requests: counts.get(pod) ?? 0,
          },
        ];
      }),
  }));
}

/** Services with such a fact, and those whose rules send to one. */
function unevenServices(mesh: readonly MeshFacts[]): Set<string> {
  const own = new Set(mesh.flatMap(({ uneven, kept }) => [...uneven, ...kept].map(({ service }) => service)));
  if (own.size === 0) return own;
  const asked = mesh.flatMap(({ rules }) =>
    rules
      .filter(({ destinations }) => destinations.some(({ service }) => own.has(service)))
      .flatMap(({ services }) => services),
  );
  return new Set([...own, ...asked]);
}

function callersOf(world: World): Reached[] {
  const found = new Map<string, Reached>();
  const { destination } = world.telemetry;
  for (const series of destination.inOrder()) {
    const { caller, pod, service } = destination.keys[series]!;
    if (service < 0) continue;
    const place = world.proxies.places[caller];
    const name =
      place === undefined ? 'unknown' : place.identity.type === 'gateway' ? 'visitors' : place.workload;
    const locality = place === undefined ? '' : localityLabel(place.identity);
    const key = `${name}/${locality}/${service}`;
    let own = found.get(key);
    if (own === undefined) {
      own = { caller: name, locality, service: world.services[service]!, counts: new Map() };
      found.set(key, own);
    }
    own.counts.set(pod, (own.counts.get(pod) ?? 0) + destination.count(series));
  }
  return [...found.values()];
}

/** Copies by the Service and version that they were for. */
export const buildCopies = ({ keys }: World, { counters }: Recorder): RunRecord['copies'] =>
  Array.from(counters.mirrored).flatMap((copies, key) =>
    copies > 0 ? [{ service: keys.service[key]!, version: keys.name[key]!, copies }] : [],
  );
