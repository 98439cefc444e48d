import { exp, ln } from '../kernel/math.ts';
import { dirichletLogE, logGamma } from '../stats/index.ts';

/** What the data are judged by: choices in order (indices into shares), with the shares that should have been in force. */
export interface Evidence {
  readonly keys: readonly string[];
  readonly counts: readonly number[];
  readonly shares: readonly number[];
  /** Empty where only a tally is at hand. */
  readonly sequence: Int32Array;
  readonly clients: Int32Array | undefined;
  readonly podCounts: readonly number[] | undefined;
}

/** A way in which versions may come that is not independent draws at the configured weights. */
export interface Mechanism {
  readonly name: string;
  /** Why it would look like this. */
  readonly because: string;
  /** What it needs beyond a tally; told where it is missing. */
  readonly needs: 'tally' | 'sequence' | 'clients';
  /**
   * ln of the marginal likelihood ratio against independent draws at the configured weights; its mean under those draws is
   * at most 1 (an e-value), so a mixture of mechanisms bounds false alarms. -Infinity: cannot be.
   */
  logRatio(evidence: Evidence): number;
}

/** ln of the mean of e^x over equally likely cases. */
export function logMean(values: readonly number[]): number {
  const top = Math.max(...values);
  if (!(top > -Infinity)) return -Infinity;
  return top + ln(values.reduce((sum, value) => sum + exp(value - top), 0) / values.length);
}

const logBeta = (a: number, b: number): number =>
  logGamma({ x: a }) + logGamma({ x: b }) - logGamma({ x: a + b });

/** ln likelihood of the sequence (or tally) under independent draws. */
function logIndependent({ counts, shares }: Pick<Evidence, 'counts' | 'shares'>): number {
  return counts.reduce((sum, count, key) => (count === 0 ? sum : sum + count * ln(shares[key]!)), 0);
}

/**
 * A rule that foretells each choice, with a few misses: the share of misses is unknown, Beta(1, 20). Missed choices fall on
 * the other keys alike.
 */
function logForetold(hits: number, misses: number, keys: number): number {
  const others = Math.max(1, keys - 1);
  return logBeta(1 + misses, 20 + hits) - logBeta(1, 20) - misses * ln(others);
}

const alternation: Mechanism = {
  name: 'alternation or round robin over endpoints',
  because:
    'each version follows the one before in a fixed turn, as a balancer over endpoints does where no rule is in force',
  needs: 'sequence',
  logRatio: (evidence) => {
    const { sequence } = evidence;
    const present = evidence.counts.flatMap((count, key) => (count > 0 ? [key] : []));
    if (present.length < 2 || present.length > 5) return -Infinity;
    const cycles = permutations(present.slice(1)).map((rest) => [present[0]!, ...rest]);
    return (
      logMean(
        cycles.map((cycle) => {
          const next = new Map(cycle.map((key, index) => [key, cycle[(index + 1) % cycle.length]!]));
          let hits = 0;
          for (let i = 1; i < sequence.length; i++) if (next.get(sequence[i - 1]!) === sequence[i]) hits += 1;
          return logForetold(hits, sequence.length - 1 - hits, present.length) - ln(present.length);
        }),
      ) - logIndependent(evidence)
    );
  },
};

const smoothRoundRobin: Mechanism = {
  name: 'smooth weighted round robin',
  because: 'versions are spread as evenly as their weights allow: luck is not that even',
  needs: 'sequence',
  logRatio: (evidence) => {
    const turn = smoothTurn(evidence.shares);
    return turn === undefined ? -Infinity : logPeriodic(evidence, [turn]);
  },
};

const blocks: Mechanism = {
  name: 'blocks of a counter',
  because: 'a counter is taken modulo the weights instead of a random number (Envoy before October 2017)',
  needs: 'sequence',
  logRatio: (evidence) => {
    const weights = wholeWeights(evidence.shares);
    if (weights === undefined) return -Infinity;
    const line = weights.flatMap((weight, key) => new Array<number>(weight).fill(key));
    const { sequence } = evidence;
    const cases: number[] = [];
    for (let stride = 1; stride <= 6; stride++) {
      for (let start = 0; start < line.length; start++) {
        let hits = 0;
        for (let i = 0; i < sequence.length; i++)
          if (line[(start + i * stride) % line.length] === sequence[i]) hits += 1;
        cases.push(logForetold(hits, sequence.length - hits, weights.filter((weight) => weight > 0).length));
      }
    }
    return logMean(cases) - logIndependent(evidence);
  },
};

/** Sequences that repeat a turn from any place in it. */
function logPeriodic(evidence: Evidence, turns: readonly (readonly number[])[]): number {
  const { sequence } = evidence;
  const keys = evidence.shares.filter((share) => share > 0).length;
  return (
    logMean(
      turns.flatMap((turn) =>
        turn.map((_, start) => {
          let hits = 0;
          for (let i = 0; i < sequence.length; i++)
            if (turn[(start + i) % turn.length] === sequence[i]) hits += 1;
          return logForetold(hits, sequence.length - hits, keys);
        }),
      ),
    ) - logIndependent(evidence)
  );
}

/** Weights as small whole numbers; undefined where hundredths do not do. */
function wholeWeights(shares: readonly number[]): number[] | undefined {
  const hundredths = shares.map((share) => Math.round(share * 100));
  if (shares.some((share, key) => Math.abs(share * 100 - hundredths[key]!) > 1e-6)) return undefined;
  return hundredths;
}

/** One turn of smooth weighted round robin (nginx): the key furthest behind its share is next. */
function smoothTurn(shares: readonly number[]): number[] | undefined {
  const weights = wholeWeights(shares);
  if (weights === undefined) return undefined;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const divisor = weights.reduce((a, b) => gcd(a, b), 0);
  const current = weights.map(() => 0);
  return Array.from({ length: total / divisor }, () => {
    weights.forEach((weight, key) => (current[key]! += weight));
    const next = current.indexOf(Math.max(...current));
    current[next]! -= total;
    return next;
  });
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const changePoint: Mechanism = {
  name: 'old and new rule mixed',
  because: 'the share changes once on the way: a rule arrived (or was replaced) while it was watched',
  needs: 'sequence',
  logRatio: ({ sequence, shares }) => {
    const n = sequence.length;
    if (n < 4) return -Infinity;
    // Of every cut: one side as configured, the other with unknown weights. Ratios against the configured shares alone.
    const before = runningLogE(sequence, shares);
    const after = runningLogE(sequence.slice().reverse(), shares);
    const cuts: number[] = [];
    for (let cut = 2; cut <= n - 2; cut++)
      cuts.push(before[cut]!, after[n - cut]!, before[cut]! + after[n - cut]!);
    return logMean(cuts);
  },
};

/** ln e-value (Dirichlet(1) mixture) of each beginning of a sequence. */
function runningLogE(sequence: Int32Array, shares: readonly number[]): Float64Array {
  const counts = shares.map(() => 0);
  const running = new Float64Array(sequence.length + 1);
  for (let i = 0; i < sequence.length; i++) {
    const key = sequence[i]!;
    running[i + 1] = running[i]! + ln((counts[key]! + 1) / (i + shares.length)) - ln(shares[key]!);
    counts[key]! += 1;
  }
  return running;
}

const otherWeights: Mechanism = {
  name: 'other weights',
  because: 'independent draws, but not at the configured weights: another rule is in force',
  needs: 'tally',
  logRatio: ({ counts, shares }) =>
    dirichletLogE({ counts: [...counts], weights: [...shares], alpha: shares.map(() => 1) }),
};

const podProportions: Mechanism = {
  name: 'pods in place of weights',
  because: 'the shares are those of the pods: no mesh rule is in force for this caller',
  needs: 'tally',
  logRatio: (evidence) => {
    const cases =
      evidence.podCounts === undefined ? smallRatios(evidence.shares.length) : [evidence.podCounts];
    return (
      logMean(
        cases.map((pods) => {
          const total = pods.reduce((sum, count) => sum + count, 0);
          return logIndependent({ counts: evidence.counts, shares: pods.map((count) => count / total) });
        }),
      ) - logIndependent(evidence)
    );
  },
};

/** One to three pods of each version. */
function smallRatios(keys: number): number[][] {
  if (keys > 4) return [new Array<number>(keys).fill(1)];
  let ratios: number[][] = [[]];
  for (let key = 0; key < keys; key++)
    ratios = ratios.flatMap((own) => [1, 2, 3].map((pods) => [...own, pods]));
  return ratios;
}

const sticky: Mechanism = {
  name: 'sticky connection',
  because: 'a version tends to follow itself: a connection or a session is pinned',
  needs: 'sequence',
  logRatio: ({ sequence, shares }) => {
    const grid = [0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99];
    return logMean(
      grid.map((again) => {
        let sum = 0;
        for (let i = 1; i < sequence.length; i++) {
          const share = shares[sequence[i]!]!;
          const p = (1 - again) * share + (sequence[i] === sequence[i - 1] ? again : 0);
          sum += ln(p) - ln(share);
        }
        return sum;
      }),
    );
  },
};

const pinnedClients: Mechanism = {
  name: 'clients pinned to a version',
  because: 'each client sees one version only: sticky sessions, or a hash of the client',
  needs: 'clients',
  logRatio: ({ sequence, shares, clients }) => {
    if (clients === undefined) return -Infinity;
    return logMean(
      [0.7, 0.9, 0.98, 0.999].map((again) => {
        const first = new Map<number, number>();
        let sum = 0;
        for (let i = 0; i < sequence.length; i++) {
          const client = clients[i]!;
          const key = sequence[i]!;
          const pinned = first.get(client);
          if (client < 0) continue;
          if (pinned === undefined) first.set(client, key);
          else sum += ln((1 - again) * shares[key]! + (key === pinned ? again : 0)) - ln(shares[key]!);
        }
        return sum;
      }),
    );
  },
};

const absorbing: Mechanism = {
  name: 'absorbing cookie',
  because: 'once a version has been seen it never goes away: only that version sets a cookie',
  needs: 'sequence',
  logRatio: ({ sequence, shares, clients }) =>
    logMean(
      shares.map((share, trap) => {
        if (share <= 0 || share >= 1) return -Infinity;
        const caught = new Set<number>();
        let sum = 0;
        for (let i = 0; i < sequence.length; i++) {
          const client = clients?.[i] ?? 0;
          const key = sequence[i]!;
          if (caught.has(client))
            sum += ln(key === trap ? 0.99 + 0.01 * share : 0.01 * shares[key]!) - ln(shares[key]!);
          else if (key === trap) caught.add(client);
        }
        return sum;
      }),
    ),
};

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

/** Every mechanism that is weighed. */
export const mechanisms: readonly Mechanism[] = [
  otherWeights,
  podProportions,
  alternation,
  smoothRoundRobin,
  blocks,
  changePoint,
  sticky,
  absorbing,
  pinnedClients,
];
