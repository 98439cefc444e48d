/** For whom istiod writes: the rules that it sends depend on the proxy's place and labels. */
export interface ProxyIdentity {
  readonly type: 'sidecar' | 'gateway';
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}
