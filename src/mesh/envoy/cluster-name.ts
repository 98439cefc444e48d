/** Port, subset and host of a cluster's name: `outbound|9080|v1|reviews.default.svc.cluster.local`. */
export const clusterParts = (name: string): { port: number; subset: string; host: string } => {
  const [, port = '0', subset = '', host = name] = name.split('|');
  return { port: Number(port), subset, host };
};
