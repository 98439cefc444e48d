import { topology, type NodeSettings } from '../mesh/kubernetes/node.ts';
import { endlessRoom } from '../mesh/kubernetes/room.ts';
import { kubernetesDefaults, type KubernetesSettings } from '../mesh/kubernetes/settings.ts';
import type { ScenarioText } from './schema.ts';

/** One, or several with numbers behind their name. */
function nodesOf(text: ScenarioText['spec']['kubernetes']['nodes'][number]): NodeSettings[] {
  const { region, zone, subZone } = text;
  const places = [region, zone, subZone];
  const labels = {
    ...Object.fromEntries(
      topology.flatMap((key, at) => (places[at] === undefined ? [] : [[key, places[at]]])),
    ),
    ...text.labels,
  };
  return Array.from({ length: text.count }, (_, index) => ({
    name: text.count === 1 ? text.name : `${text.name}-${index + 1}`,
    labels,
    room: { ...endlessRoom, cpuMilli: text.cpu ?? Infinity },
    taints: [],
    cordoned: false,
  }));
}

/** What a scenario says of pods and nodes, with the defaults of what it leaves out. */
export function kubernetesOf({ kubernetes: text, proxy }: ScenarioText['spec']): KubernetesSettings {
  const { cpu, scrape, nodes, autoscaler = {}, ...delays } = text;
  const given = Object.fromEntries(Object.entries(delays).filter(([, value]) => value !== undefined));
  const flags = {
    tolerance: autoscaler.tolerance,
    downscaleStabilisationUs: autoscaler.downscaleStabilisation,
    cpuInitialisationUs: autoscaler.cpuInitialisation,
    initialReadinessDelayUs: autoscaler.initialReadinessDelay,
    syncPeriodUs: autoscaler.syncPeriod,
  };
  const set = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  return {
    ...kubernetesDefaults,
    ...given,
    cpuMilli: cpu ?? kubernetesDefaults.cpuMilli,
    nodes: nodes.flatMap(nodesOf),
    scrapeUs: scrape ?? kubernetesDefaults.scrapeUs,
    autoscaler: { ...kubernetesDefaults.autoscaler, ...set },
    countsSidecars: proxy.cpu === 'counted',
  };
}
