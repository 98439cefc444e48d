import type { ResponseFlag } from '../../mesh/envoy/response-flag.ts';
import type { Refresh } from '../../record/record.ts';
import type { Histogram } from '../../stats/histogram.ts';
import type { Span } from './fields.ts';

/** What expectations ask of a finished run. Times in microseconds, shares 0..1; services, subsets and workloads by name. */
export interface SeenRun {
  /** What was counted within a span; undefined: it begins when the proxies have settled, and they did not. */
  within(span: Span): CountedSpan | undefined;
  /** Pages of a browser's session that were asked for within a span. */
  pagesOf(
    traffic: string,
    span: { readonly from?: number | undefined; readonly to?: number | undefined },
  ): readonly Refresh[];
  /** Over the whole run: copies that were mirrored to a service, second and later tries, endpoints ejected. */
  mirrored(service: string): number;
  retries(service: string): number;
  ejections(service: string): number;
  /** Answers of each pod of a service, whoever had asked. */
  answersPerPod(service: string): readonly number[];
  /** Latencies of pages (no service), or of each version of a service, or of one. */
  latencies(service: string | undefined, subset: string | undefined): readonly Histogram[];
  /** Replicas that a workload is wanted to have and pods of it that are ready; undefined: nobody looked at it. */
  podsAt(workload: string, atUs: number): { readonly wanted: number; readonly ready: number } | undefined;
  /** From a change to the last proxy, of the slowest push: 0 where there was none, Infinity where a proxy never got it. */
  readonly slowestPushUs: number;
}

/** Counts between two moments. */
export interface CountedSpan {
  readonly pages: number;
  readonly pagesFailed: number;
  requests(service: string): number;
  failed(service: string): number;
  flagged(service: string, flag: ResponseFlag): number;
  /** Requests that went to a subset. */
  observed(service: string, subset: string): number;
  /** Requests that the weights would have sent there: those in the manifests, or those that the asked proxies held. */
  meant(service: string, subset: string, against: 'configured' | 'effective'): number;
  /** What the manifests said of the subset to those who asked, from change to change: a list for each stretch between two. */
  told(service: string, subset: string): readonly (readonly ToldPart[])[];
  /** Why requests under this name say nothing of a version, in a clause; undefined: they do. */
  doubt(service: string, subset: string): string | undefined;
}

/** Requests to a service for which the manifests said one and the same. */
export interface ToldPart {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** "VirtualService reviews.default, rule 1", "no rule: default cluster". */
  readonly rule: string;
  /** It says how many go to which version; false: whoever is ready may answer. */
  readonly ruled: boolean;
  /** What the subset is given, 0..1: by the rule, or else its part of the ready pods. */
  readonly share: number;
  readonly requests: number;
  /** Workloads of which the first requests are under this rule. */
  readonly callers: readonly string[];
}
