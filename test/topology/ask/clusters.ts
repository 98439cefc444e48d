import { expect } from 'vitest';
import type { Cluster } from '../../../src/mesh/envoy/route.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import type { Ask } from './ask.ts';

interface ExpectedClusters {
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Clusters that the proxy is sent, by name, and what they say. */
export const clusters: Ask = ({ registry, proxy }, _question, expected) => {
  const { has = [], lacks = [], settings = {} } = expected as ExpectedClusters;
  const sent = translate(registry, proxy).clusters;
  const names = sent.map((own) => own.name);
  expect(names).toEqual(expect.arrayContaining([...has]));
  for (const name of lacks) expect(names).not.toContain(name);
  for (const [name, wanted] of Object.entries(settings)) {
    const cluster = sent.find((own) => own.name === name);
    expect(cluster, name).toBeDefined();
    expect(saidOf(cluster!)).toMatchObject(wanted);
  }
};

const saidOf = (cluster: Cluster) => ({
  type: cluster.type,
  lb_policy: cluster.lb_policy,
  localityWeighted: cluster.common_lb_config?.locality_weighted_lb_config !== undefined,
  outlierDetection: cluster.outlier_detection !== undefined,
  maxConnections: cluster.circuit_breakers?.thresholds[0]?.max_connections,
});
