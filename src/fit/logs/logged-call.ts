/** A line of a sidecar's or gateway's access log: one request through one proxy. Times in ms since 1970, by the clock of its node. */
export interface LoggedCall {
  /** Whole milliseconds where the log has no more: cut, not rounded. */
  readonly startMs: number;
  /** From the first byte of the request to the last byte of the answer; NaN where the line does not tell. */
  readonly durationMs: number;
  /** 0: the client left before an answer. */
  readonly status: number;
  /** Envoy's response flags, comma separated; "" for none. */
  readonly flags: string;
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
  /** Outbound: the Service that was called, as the cluster's name has it (`cart.shop.svc.cluster.local`), else "". */
  readonly host: string;
  readonly port: number;
  /** Outbound: the subset that was chosen; "" for none. */
  readonly subset: string;
  /** Address of who answered, without its port; "" for none. */
  readonly upstream: string;
  /** Address of who asked, without its port: of an inbound line the caller's pod. */
  readonly peer: string;
  /** Host header, without its port. */
  readonly authority: string;
}

/** All that one pod's proxy wrote, however many files tell of it. In the order of their starts. */
export interface PodLog {
  readonly pod: string;
  readonly inbound: readonly LoggedCall[];
  readonly outbound: readonly LoggedCall[];
  /** Requests that no route took (NR): of a gateway scanners, as a rule. */
  readonly withoutRoute: readonly LoggedCall[];
  /** Whether it stands at the edge: it takes no requests for an application beside it, and its callers are many. */
  readonly isGateway: boolean;
}

/** Lines whose answer was cut short, or came from the proxy itself: their duration is no time of the application. */
export const isDisturbed = ({ flags, status }: LoggedCall): boolean => flags !== '' || status === 0;

/** Requests that the application itself answered, in the order of their starts. */
export const servedCalls = ({ inbound }: PodLog): readonly LoggedCall[] =>
  inbound.filter((call) => !isDisturbed(call) && call.durationMs >= 0);

export const within = (calls: readonly LoggedCall[], fromMs: number, toMs: number): readonly LoggedCall[] =>
  calls.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);

/** The same log from one moment up to another. */
export const podLogWithin = (log: PodLog, fromMs: number, toMs: number): PodLog => ({
  ...log,
  inbound: within(log.inbound, fromMs, toMs),
  outbound: within(log.outbound, fromMs, toMs),
  withoutRoute: within(log.withoutRoute, fromMs, toMs),
});
