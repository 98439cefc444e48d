/** For whom istiod writes: the rules that it sends depend on the proxy's place and labels. */
export interface ProxyIdentity {
  readonly type: 'sidecar' | 'gateway';
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The same for all proxies that are told the same, in whatever order their labels stand. */
export const proxyKey = ({ type, namespace, labels }: ProxyIdentity): string =>
  JSON.stringify([type, namespace, Object.entries(labels).sort()]);
