import { describe, expect, test } from 'vitest';
import { exp } from '../../../src/kernel/math.ts';
import { evidenceOf } from '../../../src/verdict/evidence.ts';
import { mechanismNames, mechanisms } from '../../../src/verdict/mechanism/index.ts';
import type { Evidence } from '../../../src/verdict/mechanism/mechanism.ts';
import { sharesOf } from '../../../src/verdict/sighting.ts';
import { makings, xorshift, type Made } from '../generate.ts';
import { seen } from '../seen.ts';

/** Every sequence of n choices of so many versions. */
function* allSequences(n: number, versions: number): Generator<number[]> {
  for (let code = 0; code < versions ** n; code++)
    yield Array.from({ length: n }, (_, place) => Math.floor(code / versions ** place) % versions);
}

const names = (versions: number): string[] => Array.from({ length: versions }, (_, key) => `v${key + 1}`);

function ordered(made: Made, rules: readonly (readonly number[])[], pods?: readonly number[]): Evidence {
  const n = made.sequence.length;
  const ruleOf = Int32Array.from({ length: n }, (_, i) => Math.floor((i * rules.length) / n));
  return evidenceOf(seen(made, names(rules[0]!.length)), rules.map(sharesOf), ruleOf, pods);
}

/** A small world in which every sequence can be written down: 10 of two versions, 6 of three. */
const worlds: readonly {
  readonly title: string;
  readonly n: number;
  readonly rules: readonly (readonly number[])[];
  readonly pods?: readonly number[];
  readonly more?: Omit<Made, 'sequence'>;
}[] = [
  { title: 'two versions at 50/50', n: 10, rules: [[50, 50]] },
  { title: 'two versions at 90/10', n: 10, rules: [[90, 10]] },
  { title: 'all the weight on one of two', n: 10, rules: [[100, 0]] },
  { title: 'three versions', n: 6, rules: [[80, 10, 10]] },
  { title: 'known pods', n: 10, rules: [[90, 10]], pods: [1, 2] },
  {
    title: 'known clients',
    n: 10,
    rules: [[90, 10]],
    more: { clients: [0, 1, 0, 2, 1, 1, -1, 0, 2, 0] },
  },
  { title: 'known tries', n: 10, rules: [[50, 50]], more: { attempts: [1, 1, 2, 1, 1, 2, 3, 1, 1, 1] } },
  {
    title: 'a known change of rules',
    n: 10,
    rules: [
      [90, 10],
      [50, 50],
    ],
  },
];

/** Mechanisms that can speak of this evidence. */
const able = (evidence: Evidence) =>
  mechanismNames.filter(
    (name) =>
      (mechanisms[name].needs !== 'clients' || evidence.clients !== undefined) &&
      (mechanisms[name].needs !== 'callers' || evidence.callers !== undefined) &&
      (mechanisms[name].spansRules || evidence.rules.length === 1),
  );

describe.each(worlds)('in a small world, $title', ({ n, rules, pods, more }) => {
  test('the likelihoods of all sequences sum to 1 at most, whatever the mechanism: ratios to luck are e-values', () => {
    const sums = new Map<string, number>();
    for (const sequence of allSequences(n, rules[0]!.length)) {
      const evidence = ordered({ sequence, ...more }, rules, pods);
      // Versions that neither have a weight nor were seen take no part, so that their laws are of another length.
      if (evidence.keys.length < rules[0]!.length) continue;
      for (const name of able(evidence)) {
        const log = mechanisms[name].logLikelihood(evidence);
        expect(log, `${name} of ${sequence.join('')}`).not.toBeNaN();
        sums.set(name, (sums.get(name) ?? 0) + exp(log));
      }
    }
    for (const [name, sum] of sums) expect(sum, name).toBeLessThanOrEqual(1 + 1e-9);
    expect(sums.size).toBeGreaterThanOrEqual(rules.length === 1 ? 10 : 6);
  });
});

test('the likelihoods of all tallies sum to 1 at most, each as often as its choices can be ordered', () => {
  const n = 12;
  for (const rule of [
    [50, 50],
    [90, 10],
  ]) {
    const sums = new Map<string, number>();
    let orders = 1;
    for (let k = 0; k <= n; k++) {
      const sighting = { keys: names(2), counts: [n - k, k] };
      const evidence = evidenceOf(sighting, [sharesOf(rule)], new Int32Array(), undefined);
      for (const name of mechanismNames.filter((own) => mechanisms[own].needs === 'tally'))
        sums.set(name, (sums.get(name) ?? 0) + orders * exp(mechanisms[name].logLikelihood(evidence)));
      orders = (orders * (n - k)) / (k + 1);
    }
    expect(sums.size).toBe(6);
    for (const [name, sum] of sums) expect(sum, `${name} at ${rule.join('/')}`).toBeLessThanOrEqual(1 + 1e-9);
  }
});

describe.each(mechanismNames)('%s', (name) => {
  const mechanism = mechanisms[name];
  const own = makings.filter((making) => making.name === name);

  test('says why, what would settle it, and is generated somewhere', () => {
    expect(mechanism.because).toMatch(/^\w.*[\w)]$/);
    expect(mechanism.settledBy).toMatch(/^\w.*[\w)]$/);
    expect(mechanism.common).toBeGreaterThanOrEqual(1);
    expect(own).not.toHaveLength(0);
  });

  test.each(own)(
    'describes what was made by it ($title, $configured %) as plain data and a sentence',
    (making) => {
      const evidence = ordered(
        making.make(xorshift(19), 200),
        [[making.configured, 100 - making.configured]],
        making.pods,
      );
      const { sentence, fitted } = mechanism.describe(evidence, 0.95);
      expect(sentence).toMatch(/^\S.*[^.]$/);
      expect(sentence).not.toMatch(/NaN|undefined|Infinity|null/);
      expect(JSON.parse(JSON.stringify(fitted))).toEqual(fitted);
      expect(JSON.stringify(fitted)).not.toMatch(/NaN|Infinity/);
    },
  );

  test.each(own)('explains what was made by it ($title, $configured %) better than luck does', (making) => {
    const random = xorshift(31);
    let better = 0;
    for (let i = 0; i < 20; i++) {
      const evidence = ordered(
        making.make(random, 200),
        [[making.configured, 100 - making.configured]],
        making.pods,
      );
      if (mechanism.logLikelihood(evidence) > evidence.logIndependent) better += 1;
    }
    expect(better).toBeGreaterThanOrEqual(15);
  });
});
