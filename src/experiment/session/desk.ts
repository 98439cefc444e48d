import type { FindingRecord } from '../../record/finding.ts';

/** What there is to see of a session at one moment, as plain data. Times in microseconds since the start, rates per second. */
export interface Desk {
  readonly nowUs: number;
  /** Where the scenario ends. */
  readonly endUs: number;
  /** The service whose split it is about, and its versions in the order of their names. */
  readonly focus: string;
  readonly versions: readonly DeskVersion[];
  readonly split: DeskSplit;
  /** The Envoys of the mesh, in the order in which they connected; gone ones left out. */
  readonly proxies: readonly DeskProxy[];
  /** Of the rules in force: which snapshot carries the latest change; and which the pushes have begun with. */
  readonly wantedSnapshot: number;
  readonly services: readonly DeskService[];
  readonly edges: readonly DeskEdge[];
  /** Finished requests since the desk before this one, a sample of at most 60. */
  readonly sampled: readonly SampledRequest[];
  /** Every page of your browser, in the order in which it was asked for. */
  readonly yours: readonly YourPage[];
  /** All pages, yours included. */
  readonly pages: {
    readonly done: number;
    readonly failed: number;
    readonly incomplete: number;
    readonly perSecond: number;
  };
  /** What was done and what kubectl answered, those still to come included (after a rewind: "your future"). */
  readonly deeds: readonly Deed[];
}

export interface DeskVersion {
  readonly key: string;
  /** Stars as Bookinfo draws them; null: it is no version of Bookinfo's reviews. */
  readonly mark: 'none' | 'black' | 'red' | null;
}

/** Shares by version, in the order of `Desk.versions`, each list summing to 1 (but for requests that came to no pod). */
export interface DeskSplit {
  /** What the manifests say; undefined: no rule says anything, pods decide. */
  readonly configured: readonly number[] | undefined;
  /** What the callers' proxies hold, each alike. */
  readonly effective: readonly number[] | undefined;
  /** Proxies of callers that hold the latest rule, and all of them. */
  readonly callersCurrent: number;
  readonly callers: number;
  /** Requests by version at the callers' proxies since the last change of rules was held by all (else since the start). */
  readonly observed: readonly number[];
  readonly sinceUs: number;
  /** Requests of the service since then that came to no version. */
  readonly nowhere: number;
  /** One entry per simulated second (thinned to at most 600): configured, effective and requests by version since the start. */
  readonly curve: readonly CurvePoint[];
}

export interface CurvePoint {
  readonly atUs: number;
  readonly configured: readonly number[] | undefined;
  readonly effective: readonly number[] | undefined;
  readonly observed: readonly number[];
}

export interface DeskProxy {
  readonly pod: string;
  readonly workload: string;
  /** The snapshot that all its workers hold. */
  readonly snapshot: number;
  /** It holds the latest rule. */
  readonly isCurrent: boolean;
}

/** A service, or with a version one of the workloads behind it; the gateway is one, too. */
export interface DeskService {
  readonly name: string;
  /** Version of the focus; "": the whole service. */
  readonly version: string;
  readonly perSecond: number;
  readonly errorsPerSecond: number;
  readonly pods: readonly DeskPod[];
}

export interface DeskPod {
  readonly name: string;
  readonly state: 'starting' | 'ready' | 'not ready' | 'ending';
  /** Requests that wait for it to have time. */
  readonly waiting: number;
}

/** Requests from one service (or the gateway) to another, or to a version of the focus, over the last simulated second; those that may come are there from the start. */
export interface DeskEdge {
  readonly from: string;
  /** Where the focus calls: which version of it; else "". */
  readonly fromVersion: string;
  readonly to: string;
  readonly version: string;
  readonly perSecond: number;
  readonly errorsPerSecond: number;
}

export interface SampledRequest {
  readonly from: string;
  readonly fromVersion: string;
  readonly to: string;
  readonly version: string;
  readonly failed: boolean;
}

/** A page that your browser asked for. */
export interface YourPage {
  /** From 1. */
  readonly number: number;
  readonly atUs: number;
  /** Microseconds until it was there; undefined: it is on its way. */
  readonly tookUs: number | undefined;
  readonly status: number;
  /** The version whose answer it shows; "": none. */
  readonly version: string;
  /** Services whose parts are missing: the page says "Sorry, product reviews are currently unavailable for this book." */
  readonly missing: readonly string[];
  /** How the proxy chose; undefined: no rule drew. */
  readonly draw: Draw | undefined;
  /** The pod that served the shown answer; "": none. */
  readonly pod: string;
  /** It was chosen by an older rule than the manifests had. */
  readonly isStale: boolean;
}

/** One draw of a weighted cluster: the 64-bit value of the stream, modulo the sum of the weights, falls in an arc. */
export interface Draw {
  /** Decimal digits of the 64-bit value. */
  readonly value: string;
  readonly total: number;
  readonly at: number;
  /** Half-open, in list order: `[from, to)` belongs to the version. */
  readonly arcs: readonly { readonly version: string; readonly from: number; readonly to: number }[];
  /** Snapshot that the drawing proxy held. */
  readonly snapshot: number;
}

/** Something done at a moment, with what kubectl answered (nothing yet, where it is still to come). */
export interface Deed {
  readonly atUs: number;
  readonly what: 'refresh' | 'apply' | 'delete' | 'other';
  /** "50 % v1, 50 % v3", "reviews-v1 to 10": what it is about. */
  readonly about: string;
  readonly answers: readonly string[];
}

/** What is wrong at this moment, worst first: the family that `run` speaks. */
export type DeskFinding = FindingRecord;
