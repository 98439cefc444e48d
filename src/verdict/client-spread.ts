import { chi2Sf } from '../stats/index.ts';

/** How far clients differ from each other in the versions that they get. */
export interface ClientSpread {
  /** Clients with a request that told its version. */
  readonly clients: number;
  /** Requests of these. */
  readonly requests: number;
  /** Clients with two or more requests, and those among them that saw one version only. */
  readonly repeated: number;
  readonly faithful: number;
  /** Chi-square of versions by client (heterogeneity), and its p-value; approximate, poor below five requests per client. */
  readonly chiSquare: number;
  readonly df: number;
  readonly p: number;
  /** Intra-class correlation, 0 to 1: 0 where clients do not matter, 1 where each keeps to one version. */
  readonly icc: number;
  /** 1 + (m - 1) icc, m being the requests of the client of a typical request (Kish). */
  readonly designEffect: number;
  /** Requests over the design effect: so many independent ones would tell as much about the split. */
  readonly effectiveRequests: number;
}

/**
 * Heterogeneity of clients, with the one-way analysis-of-variance estimate of the correlation between two requests of one
 * client (W. Cochran 1953; A. Donner 1986), over all versions together. Where the weights changed, clients differ by when they came:
 * each is held against the others under the same rule. Requests of unknown clients (-1) are left out.
 * @param ruleOf which rule each request was drawn by; absent: all by one
 * @returns undefined unless two clients are known and one of them has two requests.
 */
export function clientSpread(
  sequence: Int32Array,
  clients: Int32Array,
  keys: number,
  ruleOf?: Int32Array,
): ClientSpread | undefined {
  const rules = new Map<number, { total: Float64Array; tallies: Map<number, Float64Array> }>();
  const known = new Set<number>();
  let n = 0;
  sequence.forEach((key, i) => {
    const client = clients[i]!;
    if (client < 0 || key < 0) return;
    const place = ruleOf?.[i] ?? 0;
    let rule = rules.get(place);
    if (rule === undefined) rules.set(place, (rule = { total: new Float64Array(keys), tallies: new Map() }));
    let own = rule.tallies.get(client);
    if (own === undefined) rule.tallies.set(client, (own = new Float64Array(keys)));
    own[key]! += 1;
    rule.total[key]! += 1;
    known.add(client);
    n += 1;
  });
  // Clients under each rule are groups of their own.
  const groups = [...rules.values()].reduce((sum, { tallies }) => sum + tallies.size, 0);
  const between = groups - rules.size;
  if (between < 1 || n <= groups) return undefined;

  let squares = 0;
  let within = 0;
  let chiSquare = 0;
  let repeated = 0;
  let faithful = 0;
  let whole = 0;
  let size = 0;
  let df = 0;
  for (const { total, tallies } of rules.values()) {
    const ofRule = sum(total);
    let squaresOfRule = 0;
    for (const own of tallies.values()) {
      const m = sum(own);
      squaresOfRule += m * m;
      if (m > 1) repeated += 1;
      if (m > 1 && own.includes(m)) faithful += 1;
      for (let key = 0; key < keys; key++) {
        // Of 0/1 values: sum of squares about their mean is k (m - k) / m.
        within += (own[key]! * (m - own[key]!)) / m;
        const expected = (m * total[key]!) / ofRule;
        const off = own[key]! - expected;
        if (expected > 0) chiSquare += (off * off) / expected;
      }
    }
    for (const k of total) whole += (k * (ofRule - k)) / ofRule;
    squares += squaresOfRule;
    size += (ofRule - squaresOfRule / ofRule) / between;
    df += (tallies.size - 1) * Math.max(0, total.filter((k) => k > 0).length - 1);
  }
  const meanBetween = (whole - within) / between;
  const meanWithin = within / (n - groups);
  const spread = meanBetween + (size - 1) * meanWithin;
  const icc = spread > 0 ? Math.min(1, Math.max(0, (meanBetween - meanWithin) / spread)) : 0;
  const designEffect = 1 + Math.max(0, squares / n - 1) * icc;
  return {
    clients: known.size,
    requests: n,
    repeated,
    faithful,
    chiSquare,
    df,
    p: df === 0 ? 1 : chi2Sf({ x: chiSquare, df }),
    icc,
    designEffect,
    effectiveRequests: n / designEffect,
  };
}

const sum = (values: Float64Array): number => values.reduce((all, own) => all + own, 0);
