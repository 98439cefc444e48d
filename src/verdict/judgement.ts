import type { ClientSpread } from './client-spread.ts';
import type { Detection } from './detection.ts';
import type { Differing } from './differing.ts';
import type { Failing } from './failing.ts';
import type { Past, SeenPast } from './past.ts';
import type { Finding } from './rank.ts';
import type { EvidenceLevels } from './rule-of-evidence.ts';

export interface JudgeOptions {
  /** Of intervals; 0.95 unless told. The verdict is suspicious at 1 - conf, a fault at a fifth of that. */
  readonly conf?: number;
  /** How many times this split was looked at, this one included; the levels of the verdict are shared among them. */
  readonly looks?: number;
  /** Is the split shown to be right within this much? */
  readonly within?: number;
  /** For the number of requests with which `deviation` would be called a fault; not worked out unless told. */
  readonly power?: number;
  /** The deviation of the rarest version's share that ought to be found; 0.1, which is 10 points, unless told. */
  readonly deviation?: number;
  /** Requests for the service that no rule with these weights chose a version for. */
  readonly past?: SeenPast;
  /** Pods per key, for the mechanism in which no rule is in force. */
  readonly podCounts?: readonly number[];
}

/** By the rule of evidence; what is luck may also be too few to tell. */
export type VerdictKind = 'chance' | 'too few to tell' | 'suspicious' | 'fault';

/** Why too few: whatever came, it could not be a fault; or a version was not seen, and so few requests often miss it. */
export type TooFew = 'no tally could be a fault' | 'a version was not seen';

/** Pure data; the same facts as every text of it. */
export interface Judgement {
  readonly schema: 'meshshift/judgement/v1alpha1';
  readonly kind: VerdictKind;
  readonly sentence: string;
  /** Null for every other kind. */
  readonly tooFew: TooFew | null;
  readonly requests: number;
  /** Requests that told no version. */
  readonly unknown: number;
  readonly conf: number;
  readonly versions: readonly {
    readonly key: string;
    readonly count: number;
    /** Expected share: the weights, averaged over the requests where they changed. */
    readonly expected: number;
    readonly observed: number;
    readonly wilson: readonly [number, number];
    readonly clopperPearson: readonly [number, number];
  }[];
  /** Weights that were in force one after another, as shares per version, and what came under each. One unless they changed. */
  readonly rules: readonly { readonly shares: readonly number[]; readonly counts: readonly number[] }[];
  /** Versions of weight 0 that were seen. */
  readonly impossible: readonly string[];
  /** Two-sided p-value of the tally; 0 only where something impossible was seen. */
  readonly p: number;
  /** How the p-value was come by. */
  readonly test: string;
  /** A p-value of the tally up to these is suspicious, or a fault; where the order is known it keeps a fifth of both for itself. */
  readonly levels: EvidenceLevels;
  readonly looks: number;
  /** ln of the mean likelihood ratio of all mechanisms against luck; null where luck is impossible. Where the order is known, held against 1 / level of its fifth. */
  readonly logEvidence: number | null;
  /** Requests until the rarest share is known within 10 points, 5 points (and `within`), with the confidence above. */
  readonly needed: readonly {
    readonly within: number;
    readonly firstN: number;
    readonly stableN: number;
    readonly normalN: number;
    /** Requests that are missing until stableN. */
    readonly stillNeeded: number;
  }[];
  /** With `power`: requests until a share that is off would be called a fault by its tally; null without it. */
  readonly detect: {
    readonly power: number;
    /** The rarest share off by `deviation`. */
    readonly deviation: Detection;
    /** If what was observed were the truth; null where that is (nearly) what was to be expected. */
    readonly observed: Detection | null;
  } | null;
  readonly equivalence: {
    readonly within: number;
    readonly verdict: 'shown' | 'undecided' | 'contradicted';
  } | null;
  /** How clients differ, where two or more are known; `adjustedP` is that of the tally with X^2 over the design effect (Rao-Scott). */
  readonly clients: (ClientSpread & { readonly adjustedP: number }) | null;
  /** Versions that failed requests, the worst first. Whatever the split is, they are the answer where they lead. */
  readonly failing: readonly Failing[];
  /** All versions' failures, where they are too many together and of no version by itself; they lead then. Null elsewhere. */
  readonly together: Failing | null;
  /** Versions that answer with 4xx, or lose their callers, far more often than the others; they lead, too. */
  readonly differing: readonly Differing[];
  /** Requests that went past the weights, where there were any; where they lead, they are the answer as failures are. */
  readonly past?: Past;
  /** Ranked, the likeliest first; none unless it is a fault. What is suspicious names no mechanism. */
  readonly mechanisms: readonly Finding[];
  /** What data would settle more. */
  readonly settle: readonly string[];
  /** The first choices in order (index into `versions`), where the order is known. */
  readonly strip: readonly number[];
  /** How the counts grew: up to the nth request, of those since the weights last changed; a few hundred points at most. */
  readonly running: readonly RunningCounts[];
}

export interface RunningCounts {
  readonly n: number;
  /** Index into `rules`. */
  readonly rule: number;
  /** Requests of each version under this rule so far. */
  readonly counts: readonly number[];
}
