import { describe, expect, test } from 'vitest';
import {
  distributeWeights,
  effectiveLocalityWeight,
  failoverPriorities,
  fitsPattern,
  localitySchedule,
  parseLocality,
  type Distribute,
} from '../../../../src/index.ts';

const proxy = parseLocality('us-west/zone1/a');

describe('failover', () => {
  test.each([
    {
      localities: ['us-west/zone1/a', 'us-west/zone1/b', 'us-west/zone2/a', 'eu/zone1/a'],
      failover: [],
      priorities: [0, 1, 2, 3],
      because: 'sub-zone, zone, region, elsewhere',
    },
    {
      localities: ['us-west/zone1/a', 'eu/zone1/a', 'asia/zone1/a'],
      failover: [{ from: 'us-west', to: 'asia' }],
      priorities: [0, 2, 1],
      because: 'ranks 0, 4, 3 are renumbered without gaps: the region named comes before the others',
    },
    {
      localities: ['eu/zone1/a', 'us-west/zone2/x'],
      failover: [],
      priorities: [1, 0],
      because: 'ranks 3 and 2',
    },
    {
      localities: ['eu/zone1/a', 'asia/zone1/a'],
      failover: [],
      priorities: [0, 0],
      because: 'all elsewhere: one priority',
    },
    {
      localities: ['eu/zone1/a', 'asia/zone1/a'],
      failover: [{ from: 'eu', to: 'asia' }],
      priorities: [0, 0],
      because: 'the entry is for proxies of another region',
    },
    {
      localities: ['eu/zone1/a', 'asia/zone1/a'],
      failover: [
        { from: 'us-west', to: 'eu' },
        { from: 'us-west', to: 'asia' },
      ],
      priorities: [0, 1],
      because: 'of two entries for one region the first counts',
    },
    {
      localities: ['us-east/zone1/a', 'us-west/zone1/a'],
      failover: [],
      priorities: [1, 0],
      because: 'zones and sub-zones of the same name in another region are elsewhere',
    },
  ])('$localities have priorities $priorities: $because', ({ localities, failover, priorities }) => {
    const given = failoverPriorities(proxy, localities.map(parseLocality), failover);
    expect(given.map(({ priority }) => priority)).toEqual(priorities);
  });

  test('tells why', () => {
    const places = ['us-west/zone1/a', 'us-west/zone1', 'us-west', 'eu', 'asia'].map(parseLocality);
    expect(
      failoverPriorities(proxy, places, [{ from: 'us-west', to: 'eu' }]).map(({ reason }) => reason),
    ).toEqual([
      'same sub-zone',
      'same zone',
      'same region',
      'another region',
      'not the region to fail over to',
    ]);
  });

  test('a proxy without a locality has its like for neighbours', () => {
    const nowhere = parseLocality('');
    expect(failoverPriorities(nowhere, [nowhere, proxy]).map(({ priority }) => priority)).toEqual([0, 1]);
  });
});

test.each([
  { pattern: 'us-west/zone1/*', fits: true },
  { pattern: 'us-west/zone1/a', fits: true },
  { pattern: 'us-west/zone1', fits: true },
  { pattern: 'us-west/*', fits: true },
  { pattern: 'us-west', fits: true },
  { pattern: '*', fits: true },
  { pattern: 'us-west/*/b', fits: false },
  { pattern: 'us-west/zone2/*', fits: false },
  { pattern: 'us-w*', fits: false },
  { pattern: '', fits: false },
])('"$pattern" fits us-west/zone1/a: $fits', ({ pattern, fits }) => {
  expect(fitsPattern(proxy, pattern)).toBe(fits);
});

describe('distribute', () => {
  const groups = [
    { locality: parseLocality('us-west/zone1/a'), weight: 2 },
    { locality: parseLocality('us-west/zone1/b'), weight: 1 },
    { locality: parseLocality('us-west/zone2/a'), weight: 4 },
    { locality: parseLocality('eu/zone1/a'), weight: 3 },
  ];
  const rules = (to: Distribute['to'], from = 'us-west/zone1/*'): readonly Distribute[] => [{ from, to }];

  test.each([
    {
      distribute: rules({ 'us-west/zone1/*': 80, 'us-west/zone2/*': 20 }),
      weights: [54, 27, 20, 0],
      because: '80 shared 2 to 1 is 53.3 and 26.7, each rounded up; eu is not listed',
    },
    {
      distribute: rules({ 'us-west/zone1/a': 1, 'eu/*': 99 }),
      weights: [1, 0, 0, 99],
      because: 'nothing for the two localities that no pattern names',
    },
    {
      distribute: rules({ 'us-west/zone1/a': 50, 'us-west/*': 50 }),
      weights: [50, 10, 40, 0],
      because: 'a locality belongs to the first pattern that fits; 50 is shared 1 to 4 by the rest',
    },
    {
      distribute: rules({ 'eu/*': 100 }, 'eu/*'),
      weights: [2, 1, 4, 3],
      because: 'no entry is for this proxy: each keeps its own weight',
    },
    {
      distribute: [...rules({ 'eu/*': 100 }), ...rules({ 'us-west/*': 100 })],
      weights: [0, 0, 0, 100],
      because: 'of two entries for this proxy the first counts',
    },
    {
      distribute: rules({ '*': 100 }, '*'),
      weights: [20, 10, 40, 30],
      because: 'one pattern for all gives shares by their own weights',
    },
  ])('gives $weights: $because', ({ distribute, weights }) => {
    expect(distributeWeights(proxy, groups, distribute).map(({ weight }) => weight)).toEqual(weights);
  });

  test('tells why', () => {
    const reasons = (distribute: readonly Distribute[]): string[] =>
      distributeWeights(proxy, groups, distribute).map(({ reason }) => reason);
    expect(reasons(rules({ 'us-west/*': 100 }))).toEqual(['listed', 'listed', 'listed', 'not listed']);
    expect(new Set(reasons([]))).toEqual(new Set(['no entry for the proxy’s locality']));
  });
});

test.each([
  { weight: 10, hosts: 10, eligible: 10, excluded: 0, effective: 10, because: 'all can be used' },
  { weight: 10, hosts: 10, eligible: 8, excluded: 0, effective: 10, because: '1.4 * 0.8 is above 1' },
  { weight: 10, hosts: 10, eligible: 5, excluded: 0, effective: 7, because: '1.4 * 0.5 = 0.7' },
  { weight: 10, hosts: 10, eligible: 0, excluded: 0, effective: 0, because: 'none can be used' },
  { weight: 10, hosts: 10, eligible: 4, excluded: 2, effective: 7, because: '4 of the 8 that count' },
  { weight: 10, hosts: 3, eligible: 0, excluded: 3, effective: 0, because: 'no host counts' },
])('weight $weight with $eligible of $hosts counts $effective: $because', (row) => {
  expect(effectiveLocalityWeight(row)).toBeCloseTo(row.effective, 12);
});

describe('the schedule of localities', () => {
  test.each([
    { health: 1, shareOfX: 1 / 3, because: '1 of 1 + 2' },
    {
      health: 0.7,
      shareOfX: 0.98 / 2.98,
      because: '1.4 * 0.7 = 0.98 of 0.98 + 2 (Envoy’s documentation: 33 %)',
    },
    { health: 0.5, shareOfX: 0.7 / 2.7, because: '0.7 of 0.7 + 2 (26 %)' },
    { health: 0.2, shareOfX: 0.28 / 2.28, because: '0.28 of 0.28 + 2 (12 %)' },
    { health: 0, shareOfX: 0, because: 'nothing is left of X' },
  ])(
    'X of weight 1 with $health healthy, beside Y of weight 2, gets $shareOfX: $because',
    ({ health, shareOfX }) => {
      const weights = [
        effectiveLocalityWeight({ weight: 1, hosts: 10, eligible: 10 * health }),
        effectiveLocalityWeight({ weight: 2, hosts: 10, eligible: 10 }),
      ];
      const schedule = localitySchedule(weights, 20);
      const trials = 1000;
      let hits = 0;
      for (let i = 0; i < trials; i += 1) if (schedule?.pick((index) => weights[index]!) === 0) hits += 1;
      // From any phase on, two entries are within two picks of their shares: one at the beginning, one at the end.
      expect(Math.abs(hits - trials * shareOfX)).toBeLessThan(2);
    },
  );

  test('is none where no locality has weight', () => {
    expect(localitySchedule([0, 0], 5)).toBeUndefined();
    expect(localitySchedule([], 5)).toBeUndefined();
  });
});
