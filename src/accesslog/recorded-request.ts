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
  readonly method?: string | undefined;
  /** With its query. */
  readonly path?: string | undefined;
  readonly authority?: string | undefined;
  /** 0: no answer came; of a connection that is no HTTP, nothing else. */
  readonly status?: number | undefined;
  /** Of a call of gRPC, whose status of HTTP is 200 as a rule: a number or a name, "14", "Unavailable". */
  readonly grpcStatus?: string | undefined;
  /** Envoy's response flags, comma separated; "" for none. */
  readonly flags?: string | undefined;
  /** Why it failed, where its recorder knows neither status nor flags: "5xx". */
  readonly failure?: string;
  /** From its first byte until the last byte of the answer. */
  readonly durationMs?: number | undefined;
  /** Envoy's upstream service time: from the request sent on until the answer's head; whole milliseconds, cut. */
  readonly upstreamMs?: number | undefined;
  /** `outbound|9080|v1|reviews.default.svc.cluster.local`. */
  readonly upstreamCluster?: string | undefined;
  readonly upstreamHost?: string | undefined;
  /** Client address without its port: the first of x-forwarded-for, else the downstream peer. */
  readonly client?: string | undefined;
  /** The other end of the connection that it came over, with its port: of an inbound line the caller's pod. */
  readonly peer?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly requestId?: string | undefined;
  readonly routeName?: string | undefined;
  /** Further request headers where the recording has them (HAR, CSV columns), names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Response body where the recording has it (HAR). */
  readonly body?: string;
  /** The version that served it, where the recording itself says so (a column of a CSV). */
  readonly version?: string;
  /** The proxy that wrote it: the pod that a prefix names, else the address that it called from. */
  readonly proxy?: string | undefined;
  /**
   * What tells it from all other requests, as `identityOf` has it, where its reader knows that already. A request without an id
   * has none.
   */
  readonly identity?: number | undefined;
  /** Its authority, upstream host and upstream cluster together, numbered by the reader, where it knows them again. */
  readonly upstreamPlace?: number | undefined;
  /** How many requests the row stands for, where it is a count; nothing is known of their order. */
  readonly times?: number;
  /** One-based line or entry number in its file. */
  readonly line: number;
}
