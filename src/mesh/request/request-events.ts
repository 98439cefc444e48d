/** Kinds of events in the life of a request; what answers each is wired in `requests.ts`. */
export interface RequestEvents {
  /** A try, or a copy, comes to its pod. */
  readonly arrives: number;
  /** What a request was played ahead to has come. */
  readonly ahead: number;
  /** Something of a request that is played ahead is over, and somebody watches it. */
  readonly looked: number;
  /** A sidecar offers its application a request again. */
  readonly offered: number;
  /** A step of the script that only takes time is done. */
  readonly worked: number;
  /** An answer, or word that there will be none, is back at the caller. */
  readonly answered: number;
  /** A fault has held the request long enough. */
  readonly delayed: number;
  readonly backedOff: number;
  /** The handshake of a connection is over, or has taken too long. */
  readonly connected: number;
  readonly connectTimedOut: number;
  readonly connectionIdle: number;
  /** A try has waited for a silent pod as long as a connection may take. */
  readonly inVain: number;
  /** The visitor of a page has waited long enough. */
  readonly leaves: number;
}
