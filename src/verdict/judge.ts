import { ln } from '../kernel/math.ts';
import { binomInterval, binomTest, chiSquareGof, exactMultinomialTest, requiredN } from '../stats/index.ts';
import { logMean, mechanisms, type Evidence } from './mechanism.ts';
import { rulesInForce, sharesOf, type Sighting, type Weights } from './sighting.ts';

export interface JudgeOptions {
  /** Of intervals and verdict; 0.95 unless told. */
  readonly conf?: number;
  /** Is the split shown to be right within this much? */
  readonly within?: number;
  /** For the number of requests that would tell a share off by 10 points; 0.8 unless told. */
  readonly power?: number;
  /** Pods per key, for the mechanism in which no rule is in force. */
  readonly podCounts?: readonly number[];
}

/** Pure data; the same facts as every text of it. */
export interface Judgement {
  readonly schema: 'meshshift/judgement/v1alpha1';
  readonly kind: 'chance' | 'too few to tell' | 'fault';
  readonly sentence: string;
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
  /** Versions of weight 0 that were seen. */
  readonly impossible: readonly string[];
  /** Two-sided p-value of the tally; 0 only where something impossible was seen. */
  readonly p: number;
  readonly test: string;
  /** Cohen's w = sqrt(X^2 / n): 0.1 small, 0.3 medium, 0.5 large. */
  readonly effect: number;
  /** Requests until the rarest share is known within 10 points (and within `within`), with the confidence above. */
  readonly needed: readonly {
    readonly within: number;
    readonly firstN: number;
    readonly stableN: number;
    readonly normalN: number;
  }[];
  readonly equivalence: {
    readonly within: number;
    readonly verdict: 'shown' | 'undecided' | 'contradicted';
  } | null;
  /** Ranked, the likeliest first: ln of the likelihood ratio against independent draws at the weights. */
  readonly mechanisms: readonly {
    readonly name: string;
    readonly because: string;
    readonly logRatio: number;
    readonly tied: boolean;
  }[];
  /** What data would settle more. */
  readonly settle: readonly string[];
  /** The first choices in order (index into `versions`), where the order is known. */
  readonly strip: readonly number[];
  /** Of the first n requests, how many got the last version; a few hundred points at most. */
  readonly running: readonly { readonly n: number; readonly count: number }[];
}

/** Choices up to which the order is weighed; counts are always weighed whole. */
const orderLimit = 20_000;
/** Choices that are kept to be drawn one by one, and points of the running share. */
const stripLimit = 200;
const runningPoints = 200;
/** Two mechanisms closer than this (ln) cannot be told apart. */
const tieMargin = 2;

/**
 * Judge what was seen against weights: chance, too few to tell, or a fault, and which mechanism it looks like.
 * A fault is called when a weight of 0 was seen, when the exact test rejects at half of 1 - conf, or when the mean
 * likelihood ratio over all mechanisms reaches 2 / (1 - conf) (Markov): together luck is called a fault in at most 1 - conf.
 */
export function judge(sighting: Sighting, weights: Weights, options: JudgeOptions = {}): Judgement {
  const { conf = 0.95, within } = options;
  const alpha = 1 - conf;
  const { rules, ruleOf } = rulesInForce(sighting, weights);
  const requests = sighting.counts.reduce((sum, count) => sum + count, 0);
  const expected = expectedShares(sighting, rules, ruleOf);
  const impossible = impossibleKeys(sighting, rules, ruleOf);
  const { p, test } = tallyTest(sighting.counts, expected, impossible.length > 0);
  const evidence = evidenceOf(sighting, expected, options.podCounts);
  const ranked = impossible.length > 0 || requests === 0 || rules.length > 1 ? [] : rank(evidence);
  const mixture = logMean(ranked.length === 0 ? [-Infinity] : ranked.map((own) => own.logRatio));
  const isFault = impossible.length > 0 || p <= alpha / 2 || mixture >= ln(2 / alpha);
  const kind = isFault ? 'fault' : canTell(requests, expected, alpha) ? 'chance' : 'too few to tell';
  const versions = sighting.keys.map((key, index) => {
    const count = sighting.counts[index]!;
    const interval = (method: 'wilson' | 'clopper-pearson'): readonly [number, number] =>
      binomInterval({ k: count, n: requests, conf, method }) as readonly [number, number];
    return {
      key,
      count,
      expected: expected[index]!,
      observed: requests === 0 ? 0 : count / requests,
      wilson: interval('wilson'),
      clopperPearson: interval('clopper-pearson'),
    };
  });
  const mechanismsFound = isFault ? ranked.filter((own) => own.logRatio > 0) : [];
  return {
    schema: 'meshshift/judgement/v1alpha1',
    kind,
    sentence: sentenceOf(kind, versions, requests, p, impossible, mechanismsFound[0]?.name, p <= alpha / 2),
    requests,
    unknown: sighting.sequence === undefined ? 0 : sighting.sequence.filter((key) => key < 0).length,
    conf,
    versions,
    impossible,
    p,
    test,
    effect:
      requests === 0 || impossible.length > 0
        ? 0
        : Math.sqrt(chiSquareGof({ counts: [...sighting.counts], weights: expected }).stat / requests),
    needed: neededFor(expected, conf, within),
    equivalence: within === undefined ? null : { within, verdict: equivalenceOf(versions, within) },
    mechanisms: mechanismsFound.map((own) => ({
      ...own,
      tied: mechanismsFound[0]!.logRatio - own.logRatio < tieMargin,
    })),
    settle: settleOf(sighting, isFault),
    strip: Array.from(sighting.sequence?.filter((key) => key >= 0).slice(0, stripLimit) ?? []),
    running: runningCount(sighting),
  };
}

function expectedShares(
  sighting: Sighting,
  rules: readonly (readonly number[])[],
  ruleOf: Int32Array,
): number[] {
  if (rules.length === 1 || ruleOf.length === 0) return [...rules[0]!];
  const sums = rules[0]!.map(() => 0);
  let n = 0;
  sighting.sequence!.forEach((key, i) => {
    if (key < 0) return;
    n += 1;
    rules[ruleOf[i]!]!.forEach((share, own) => (sums[own]! += share));
  });
  return n === 0 ? [...rules[0]!] : sums.map((sum) => sum / n);
}

function impossibleKeys(
  sighting: Sighting,
  rules: readonly (readonly number[])[],
  ruleOf: Int32Array,
): string[] {
  const found = new Set<number>();
  if (rules.length === 1) {
    sighting.counts.forEach((count, key) => {
      if (count > 0 && rules[0]![key] === 0) found.add(key);
    });
  }
  sighting.sequence?.forEach((key, i) => {
    if (key >= 0 && rules[ruleOf[i] ?? 0]![key] === 0) found.add(key);
  });
  return [...found].sort((a, b) => a - b).map((key) => sighting.keys[key]!);
}

/** Exact where it can be enumerated, chi-square where every expected count is large. */
function tallyTest(
  counts: readonly number[],
  shares: readonly number[],
  impossible: boolean,
): { p: number; test: string } {
  if (impossible) return { p: 0, test: 'a version of weight 0 was seen' };
  const open = shares.flatMap((share, key) => (share > 0 ? [key] : []));
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (open.length < 2 || n === 0) return { p: 1, test: 'nothing to draw' };
  if (open.length === 2) {
    const total = shares[open[0]!]! + shares[open[1]!]!;
    return {
      p: binomTest({ k: counts[open[0]!]!, n, p: shares[open[0]!]! / total }),
      test: 'exact binomial',
    };
  }
  const chosen = { counts: open.map((key) => counts[key]!), weights: open.map((key) => shares[key]!) };
  if (open.length === 3 && n <= 500)
    return { p: exactMultinomialTest({ ...chosen, order: 'prob' }), test: 'exact multinomial' };
  return { p: chiSquareGof(chosen).p, test: 'chi-square' };
}

function evidenceOf(
  sighting: Sighting,
  shares: readonly number[],
  podCounts: readonly number[] | undefined,
): Evidence {
  // Versions of weight 0 that were not seen take no part.
  const open = shares.flatMap((share, key) => (share > 0 ? [key] : []));
  const row = new Map(open.map((key, index) => [key, index]));
  const kept: number[] = [];
  const clients: number[] = [];
  sighting.sequence?.forEach((key, i) => {
    if (key < 0 || !row.has(key) || kept.length >= orderLimit) return;
    kept.push(row.get(key)!);
    clients.push(sighting.clients?.[i] ?? -1);
  });
  const known = new Set(clients.filter((client) => client >= 0));
  return {
    keys: open.map((key) => sighting.keys[key]!),
    counts: open.map((key) => sighting.counts[key]!),
    shares: sharesOf(open.map((key) => shares[key]!)),
    sequence: Int32Array.from(kept),
    clients: known.size > 1 ? Int32Array.from(clients) : undefined,
    podCounts: podCounts === undefined ? undefined : open.map((key) => podCounts[key]!),
  };
}

/** Likeliest first. Tallies of a longer log are cut to the order that is known, so that all are judged by the same requests. */
function rank(evidence: Evidence) {
  if (evidence.shares.length < 2) return [];
  const ordered = evidence.sequence.length >= 2;
  const counts = evidence.shares.map(() => 0);
  for (const key of evidence.sequence) counts[key]! += 1;
  const same = ordered ? { ...evidence, counts } : evidence;
  return mechanisms
    .filter(
      (own) =>
        own.needs === 'tally' || (ordered && (own.needs === 'sequence' || evidence.clients !== undefined)),
    )
    .map((own) => ({ name: own.name, because: own.because, logRatio: own.logRatio(same) }))
    .filter((own) => own.logRatio > -Infinity)
    .sort((a, b) => b.logRatio - a.logRatio);
}

/** Whether any outcome at all could have been called a fault. */
function canTell(n: number, shares: readonly number[], alpha: number): boolean {
  if (n === 0) return false;
  const rarest = Math.min(...shares.filter((share) => share > 0));
  if (rarest === 1) return true;
  return Math.min(binomTest({ k: n, n, p: rarest }), binomTest({ k: 0, n, p: rarest })) <= alpha / 2;
}

function neededFor(shares: readonly number[], conf: number, within: number | undefined) {
  const rarest = Math.min(...shares.filter((share) => share > 0));
  if (rarest === 1 || rarest === Infinity) return [];
  return [...new Set([0.1, 0.05, ...(within === undefined || within < 0.001 ? [] : [within])])]
    .sort((a, b) => b - a)
    .map((e) => ({ within: e, ...requiredN({ p: rarest, e, conf }) }));
}

function equivalenceOf(
  versions: Judgement['versions'],
  within: number,
): 'shown' | 'undecided' | 'contradicted' {
  const inside = versions.every(
    (own) => own.clopperPearson[0] >= own.expected - within && own.clopperPearson[1] <= own.expected + within,
  );
  if (inside) return 'shown';
  const outside = versions.some(
    (own) => own.clopperPearson[0] > own.expected + within || own.clopperPearson[1] < own.expected - within,
  );
  return outside ? 'contradicted' : 'undecided';
}

function runningCount(sighting: Sighting): Judgement['running'] {
  const chosen = sighting.sequence?.filter((key) => key >= 0).slice(0, orderLimit) ?? new Int32Array();
  const step = Math.max(1, Math.ceil(chosen.length / runningPoints));
  const points: { n: number; count: number }[] = [];
  let count = 0;
  chosen.forEach((key, index) => {
    if (key === sighting.keys.length - 1) count += 1;
    const n = index + 1;
    if (n % step === 0 || n === chosen.length) points.push({ n, count });
  });
  return points;
}

function settleOf(sighting: Sighting, isFault: boolean): string[] {
  if (!isFault) return [];
  const settle: string[] = [];
  if (sighting.sequence === undefined)
    settle.push('the order of the requests: it tells turns, blocks and a change of rules from other weights');
  const known = new Set(sighting.clients?.filter((client) => client >= 0));
  if (known.size < 2)
    settle.push('client addresses: without them stickiness cannot be told from luck or other weights');
  if (sighting.attempts === undefined)
    settle.push('tries per request: retries and mirrors count as requests at some meters');
  return settle;
}

function sentenceOf(
  kind: Judgement['kind'],
  versions: Judgement['versions'],
  n: number,
  p: number,
  impossible: readonly string[],
  likeliest: string | undefined,
  byTally: boolean,
): string {
  if (n === 0) return 'Nothing was seen, so nothing can be told.';
  const tally = versions.map((own) => `${own.count} of ${own.key}`).join(', ');
  const wanted = versions.map((own) => `${Number((own.expected * n).toFixed(1))} of ${own.key}`).join(', ');
  if (impossible.length > 0)
    return `${tally}: a fault. ${impossible.join(', ')} has weight 0 and was seen, which no luck brings about.`;
  const odds = `draws at these weights stray at least as far in ${percentText(p)} of cases`;
  const looks = likeliest === undefined ? '' : ` It looks like ${likeliest}.`;
  if (kind === 'fault') {
    return byTally
      ? `${tally}, where ${wanted} were to be expected: a fault. ${odds.charAt(0).toUpperCase()}${odds.slice(1)}.${looks}`
      : `${tally}: a fault, though the tally alone would pass (p = ${probabilityText(p)}); the order gives it away.${looks}`;
  }
  if (kind === 'chance') return `${tally}: chance. ${wanted} were to be expected, and ${odds}.`;
  return `${tally}: too few to tell. Whatever came, ${n} requests could not show a fault.`;
}

/** Never a bare 0 for what is not 0. */
export const probabilityText = (p: number): string =>
  p < 1e-12 ? '< 1e-12' : p < 0.001 ? p.toExponential(1) : String(Number(p.toPrecision(3)));

export const percentText = (share: number): string =>
  share < 1e-6 ? 'fewer than one in a million' : `${Number((share * 100).toPrecision(3))} %`;
