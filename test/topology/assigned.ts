import { effectiveLocalityWeight, localityOf, localityText } from '../../src/mesh/envoy/balancer/locality.ts';
import { priorityLoad } from '../../src/mesh/envoy/balancer/priority-load.ts';
import { ConfigTables } from '../../src/mesh/envoy/config-tables.ts';
import { RequestClasses } from '../../src/mesh/envoy/request-class.ts';
import { outsideOf } from '../../src/mesh/kubernetes/outside.ts';
import { podOf, type Pod } from '../../src/mesh/kubernetes/pod.ts';
import { Endpoints } from '../../src/mesh/kubernetes/endpoints.ts';
import { ServiceNames } from '../../src/manifest/service-names.ts';
import { translate } from '../../src/mesh/istiod/translate.ts';
import { SplitKeys } from '../../src/mesh/telemetry/split-key.ts';
import type { Asked, CasePod } from './topology-case.ts';

export interface Assigned {
  /** Addresses by priority. */
  readonly sent: readonly (readonly string[])[];
  /** Long-run share of requests per address, where these are ejected: the loads of the priorities, by the engine's own rules. */
  sharesWithout(down: readonly string[]): Record<string, number>;
}

/** What the proxy of a case is told of the endpoints of a cluster. */
export function assigned({ registry, manifests, proxy, pods: casePods }: Asked, name: string): Assigned {
  const cluster = translate(registry, proxy).clusters.find((own) => own.name === name);
  if (cluster === undefined) throw new Error(`the proxy is not sent ${name}`);
  const outside = outsideOf(manifests).map(({ sets }) => podOf(sets[0]!.owner, '', 0));
  const pods = [...casePods.map(podOfCase), ...outside];
  const rowsOf = (ready: boolean): Int32Array =>
    Int32Array.from(pods.keys()).filter((row) => (casePods[row]?.ready ?? true) === ready);
  const endpoints = new Endpoints(pods, rowsOf(true), rowsOf(false));
  const tables = new ConfigTables(pods, new RequestClasses(), new SplitKeys(new ServiceNames([]), []), false);
  const { priorities } = tables.assignment(cluster, endpoints, proxy);
  const { byLocality, panicThresholdPercent } = tables.settings(cluster);
  const unready = [...endpoints.unreadyOf(cluster.namespace, cluster.labels)];
  return {
    sent: priorities.map((groups) =>
      groups.flatMap((own) => [
        ...own.pods.map((row) => pods[row]!.ip),
        ...unready.flatMap((row) =>
          own.unready > 0 && localityText(localityOf(pods[row]!.labels)) === own.locality
            ? [pods[row]!.ip]
            : [],
        ),
      ]),
    ),
    sharesWithout(down) {
      const shares: Record<string, number> = {};
      const isUp = (row: number): boolean => !down.includes(pods[row]!.ip);
      const levels = priorities.map((groups) => ({
        hosts: groups.reduce((sum, own) => sum + own.pods.length + own.unready, 0),
        healthy: groups.reduce((sum, own) => sum + own.pods.filter(isUp).length, 0),
      }));
      const { healthy, panic } = priorityLoad(levels, { panicThresholdPercent });
      priorities.forEach((groups, priority) => {
        if (panic[priority]!) {
          // Any host, whoever is ejected, and whatever localities weigh.
          const all = groups.flatMap((own) => own.pods);
          for (const row of all) shares[pods[row]!.ip] = healthy[priority]! / 100 / all.length;
          return;
        }
        const weights = groups.map((own) => {
          const up = own.pods.filter(isUp).length;
          return byLocality
            ? effectiveLocalityWeight({
                weight: own.weight,
                hosts: own.pods.length + own.unready,
                eligible: up,
              })
            : up;
        });
        const total = weights.reduce((sum, own) => sum + own, 0);
        groups.forEach((own, index) => {
          const up = own.pods.filter(isUp);
          const share = ((healthy[priority]! / 100) * (weights[index]! / total)) / up.length;
          for (const row of share > 0 ? up : []) shares[pods[row]!.ip] = share;
        });
      });
      return shares;
    },
  };
}

const podOfCase = ({ name, namespace, labels = {}, ip }: CasePod): Pod => ({
  name,
  workload: name,
  namespace,
  labels,
  sidecar: true,
  ip,
  cpuLimitMilli: Infinity,
});
