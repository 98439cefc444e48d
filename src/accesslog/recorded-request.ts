/**
 * One request as somebody else's recorder saw it: a line of an Envoy or Istio access log, an entry of a HAR, a row
 * of a CSV. Fields that the recorder did not know are undefined.
 */
export interface RecordedRequest {
  /**
   * Microseconds since the epoch, or since the recording's own zero where it has no date; NaN only where a reader was
   * told that its rows carry no time.
   */
  readonly startUs: number;
  readonly method?: string;
  /** With its query. */
  readonly path?: string;
  readonly authority?: string;
  /** 0: the client left before a response. */
  readonly status?: number;
  /** Envoy's response flags, comma separated; "" for none. */
  readonly flags?: string;
  readonly durationMs?: number;
  /** `outbound|9080|v1|reviews.default.svc.cluster.local`. */
  readonly upstreamCluster?: string;
  readonly upstreamHost?: string;
  /** Client address without its port: the first of x-forwarded-for, else the downstream peer. */
  readonly client?: string;
  readonly userAgent?: string;
  readonly requestId?: string;
  readonly routeName?: string;
  /** Further request headers where the recording has them (HAR, CSV columns), names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Response body where the recording has it (HAR). */
  readonly body?: string;
  /** The version that served it, where the recording itself says so (a column of a CSV). */
  readonly version?: string;
  /** The proxy that wrote it: the pod that a prefix names, else the address that it called from. */
  readonly proxy?: string;
  /** How many requests the row stands for, where it is a count; nothing is known of their order. */
  readonly times?: number;
  /** One-based line or entry number in its file. */
  readonly line: number;
}
