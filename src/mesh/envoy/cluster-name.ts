import { shortHost } from '../../manifest/host.ts';

/** Subset and service of a cluster's name, for people. */
export const clusterParts = (
  name: string,
): { port: number; subset: string; host: string; service: string } => {
  const [, port = '0', subset = '', host = name] = name.split('|');
  return { port: Number(port), subset, host, service: shortHost(host) };
};
