import { describe, expect, test } from 'vitest';
import type { Phase, Push, Refresh, RefreshSession, ServiceSplit } from '../../src/record/record.ts';
import { evidenceLevels } from '../../src/verdict/rule-of-evidence.ts';
import { runVerdict, sessionVerdict } from '../../src/verdict/run-verdict.ts';

const refresh = (key: number, own: Partial<Refresh> = {}): Refresh => ({
  atSeconds: 0,
  latencyMs: 20,
  key,
  shows: key === 0 ? 'none' : 'red',
  status: 200,
  snapshot: 1,
  stale: false,
  share: 0.5,
  flags: '',
  ...own,
});

/** A browser's session at reviews v1 and v3, half each; p says how likely its tally is. */
function session(
  refreshes: readonly Refresh[],
  own: Partial<RefreshSession> = {},
): Omit<RefreshSession, 'verdict'> {
  return {
    name: 'browser',
    service: 'reviews',
    keys: ['v1', 'v3'],
    refreshes,
    counts: [0, 1].map((key) => refreshes.filter((each) => each.key === key).length),
    errors: refreshes.filter((each) => each.key < 0).length,
    distribution: null,
    configuredDistribution: null,
    distributionKey: 'v3',
    p: 0.5,
    ...own,
  };
}

const marks = ['none', 'red'];
const verdictOf = (refreshes: readonly Refresh[], own: Partial<RefreshSession> = {}) =>
  sessionVerdict(session(refreshes, own), marks, evidenceLevels());

/** So many of each kind in so many runs, all but the last two of which have one symbol. */
function inRuns(each: number, runs: number): Refresh[] {
  const left = [each, each];
  const keys: number[] = [];
  for (let run = 0; run < runs; run++) {
    const key = run % 2;
    const length = run >= runs - 2 ? left[key]! : 1;
    left[key]! -= length;
    keys.push(...Array.from({ length }, () => key));
  }
  return keys.map((key) => refresh(key));
}

describe('a session', () => {
  test('without a page has nothing to judge', () => {
    expect(verdictOf([])).toMatchObject({ kind: 'none', sentence: 'No page was loaded.' });
  });

  test('without a rule is told, and not judged', () => {
    const { kind, sentence } = verdictOf([refresh(0, { share: null }), refresh(1, { share: null })], {
      p: null,
      distributionKey: null,
    });
    expect(kind).toBe('none');
    expect(sentence).toBe(
      '2 refreshes brought 1 of v1 (no stars) and 1 of v3 (red stars); no rule split the traffic, so there is no split to judge.',
    );
  });

  test('with error pages is a fault, each of its flags named once with its meaning', () => {
    const broken = [refresh(-1, { flags: 'UH' }), refresh(-1, { flags: 'UH' }), refresh(-1, { flags: 'NC' })];
    const { kind, sentence, reasons } = verdictOf([refresh(0), ...broken]);
    expect(kind).toBe('fault');
    expect(sentence).toBe('3 of 4 pages showed an error in place of reviews (UH, NC): not luck.');
    expect(reasons.map((reason) => reason.split(' ')[0])).toEqual(['4', 'UH:', 'NC:']);
    const none = { keys: [], counts: [], p: null, distributionKey: null };
    expect(verdictOf([refresh(-1, { share: null })], none).reasons).toEqual(['1 refresh brought no version']);
    expect(verdictOf([refresh(-1)]).sentence).toBe(
      '1 of 1 page showed an error in place of reviews: not luck.',
    );
  });

  test.each([
    { p: 0.005, kind: 'fault', words: 'not luck' },
    { p: 0.0051, kind: 'chance', words: 'suspicious, but no fault' },
    { p: 0.025, kind: 'chance', words: 'suspicious, but no fault' },
    { p: 0.026, kind: 'chance', words: 'luck' },
  ])('whose tally has p = $p is called $words: half of 1 % and of 5 %', ({ p, kind, words }) => {
    const told = verdictOf([refresh(1), refresh(0), refresh(1)], { p });
    expect(told.kind).toBe(kind);
    expect(told.sentence).toContain(words);
    // Three draws at one half: 1.5 are expected.
    expect(told.sentence.toLowerCase()).toContain('1.5 of 3 with v3 were to be expected');
  });

  // Swed and Eisenhart (1943), ten of each kind: P(R <= 5) = 830 / C(20, 10) = 0.0045 and P(R <= 6) = 3422 / C(20, 10) =
  // 0.0185, P(R <= 7) = 9470 / C(20, 10) = 0.0513. The order has half of the level, the tally the other half.
  test.each([
    { runs: 5, kind: 'fault', words: 'independent draws bring so few changes in only 0.45 % of sessions' },
    { runs: 6, kind: 'chance', words: 'suspicious, but no fault' },
    { runs: 7, kind: 'chance', words: 'luck' },
  ])('of ten and ten in $runs runs is called $kind', ({ runs, kind, words }) => {
    const told = verdictOf(inRuns(10, runs));
    expect(told.kind).toBe(kind);
    expect(told.sentence).toContain(words);
  });

  // A thousand of each: mean 1 + 2 n1 n2 / n = 1001 and variance 2 n1 n2 (2 n1 n2 - n) / (n n (n - 1)) = 499.75, so that
  // z = (1001 - 942.5) / 22.355 = 2.617, one-sided 0.44 %, and (1001 - 943.5) / 22.355 = 2.572, 0.51 %.
  test.each([
    { runs: 942, kind: 'fault', words: 'in only 0.44 % of sessions' },
    { runs: 943, kind: 'chance', words: 'suspicious, but no fault' },
    { runs: 1500, kind: 'chance', words: 'luck' },
  ])('of 1,000 and 1,000 in $runs runs is called $kind', ({ runs, kind, words }) => {
    const told = verdictOf(inRuns(1000, runs));
    expect(told.kind).toBe(kind);
    expect(told.sentence).toContain(words);
  });

  test('comes in blocks by right where its share changed, or where three versions came', () => {
    const turned = inRuns(10, 2).map((own) => ({ ...own, share: own.key === 0 ? 0.2 : 0.8 }));
    expect(verdictOf(turned).kind).toBe('chance');
    const three = inRuns(10, 2).map((own, index) => (index < 3 ? { ...own, key: 2 } : own));
    expect(verdictOf(three, { keys: ['v1', 'v3', 'v2'], counts: [7, 10, 3] }).kind).toBe('chance');
  });

  test('that an old rule drew in part is propagation, unless its tally is a surprise even so', () => {
    const refreshes = [refresh(0, { stale: true, share: 0 }), refresh(1), refresh(0)];
    expect(verdictOf(refreshes)).toMatchObject({
      kind: 'propagation',
      reasons: ['1 of 3 with v3 were to be expected'],
    });
    const surprise = verdictOf(refreshes, { p: 0.001 });
    expect(surprise.kind).toBe('fault');
    expect(surprise.reasons).toEqual(['1 of 3 pages was drawn by a proxy that still held the old rule']);
    expect(verdictOf([refresh(0), refresh(1)], { p: 0.001 }).reasons).toEqual([]);
  });

  test('of the likeliest tally is as even as it can be', () => {
    const told = verdictOf([refresh(0), refresh(1)], { p: 1 });
    expect(told.kind).toBe('chance');
    expect(told.sentence).toContain('No other tally is likelier');
    expect(verdictOf([refresh(0), refresh(1)], { p: 0.99 }).sentence).not.toContain('No other');
  });

  test('names a version that was not seen only where its share is told', () => {
    const told = verdictOf([refresh(0), refresh(0)], { keys: ['v1', 'v3', 'v2'], counts: [2, 0, 0] });
    expect(told.sentence).toMatch(/^2 refreshes brought 2 of v1 \(no stars\) and 0 of v3 \(red stars\): /);
    const free = verdictOf([refresh(0, { share: null })], { p: null, distributionKey: null });
    expect(free.sentence).toMatch(/^1 refresh brought 1 of v1 \(no stars\); /);
  });
});

describe('a run', () => {
  const phase = (p: number | null, own: Partial<Phase> = {}): Phase => ({
    state: 'settled',
    rule: 'v1 50 %, v3 50 %',
    fromSeconds: 0,
    toSeconds: 60,
    requests: 1000,
    observed: [520, 480],
    configured: [0.5, 0.5],
    effective: [0.5, 0.5],
    errors: [0, 0],
    perKey: [],
    p,
    test: p === null ? null : 'exact binomial',
    meters: { served: [], servedErrors: [], mirrored: [], retries: 0, pages: null, pagesWithout: null },
    ...own,
  });
  const split = (phases: readonly Phase[]): ServiceSplit => ({
    service: 'reviews',
    keys: ['v1', 'v3'],
    marks,
    configured: [],
    phases,
    windows: [],
    latency: [],
  });
  const push = (changedSeconds: number, settledSeconds: number | null): Push => ({
    snapshot: 2,
    changedSeconds,
    startedSeconds: changedSeconds,
    changes: ['VirtualService/default/reviews'],
    arrivals: [],
    settledSeconds,
  });
  const flag = (name: string, service = 'reviews') => ({ service, flag: name, requests: 12 });
  const of = (...ps: (number | null)[]) =>
    runVerdict(split(ps.map((p) => phase(p))), [], [], [], evidenceLevels({ looks: ps.length }));

  // Bonferroni: three looks share 0.01, so that each is held against 0.0033, and 0.05, which is 0.0167 each.
  test.each([
    { ps: [0.004, 0.2, 0.3], kind: 'chance', more: 0, because: '0.004 > 0.0033' },
    { ps: [0.2, 0.003, 0.3], kind: 'fault', more: 0, because: '0.003 < 0.0033' },
    { ps: [0.0055, 0.003, 0.001], kind: 'fault', more: 1, because: 'two are below 0.0033' },
    { ps: [0.0055, 0.0034, 0.0034], kind: 'chance', more: 0, because: 'none is' },
    { ps: [null, 0.003, null], kind: 'fault', more: 0, because: '0.003 < 0.0033' },
  ])('whose phases have p of $ps is called $kind, with $more more: $because', ({ ps, kind, more }) => {
    const verdict = of(...ps);
    expect(verdict.kind).toBe(kind);
    expect(verdict.reasons.length).toBe(more);
  });

  test.each([
    { p: 0.016, says: /suspicious, but no fault.*in 1.6 % of runs: play it again/ },
    { p: 0.017, says: /within the luck of the draw/ },
  ])('whose least likely of three phases has p = $p is told $says', ({ p, says }) => {
    expect(of(p, 0.3, 0.4).sentence).toMatch(says);
  });

  test('names the least likely phase of a fault, and its odds', () => {
    const phases = [
      phase(0.003),
      phase(0.0001, { requests: 500, observed: [200, 300], fromSeconds: 60, toSeconds: 90.126 }),
    ];
    expect(runVerdict(split(phases), [], [], [], evidenceLevels({ looks: phases.length })).sentence).toBe(
      'Reviews strayed from its weights: v1 40.0 % (weight 50 %), v3 60.0 % (weight 50 %) of 500 requests from 60 s to 90.13 s. Independent draws do that in 0.01 % of runs: not luck.',
    );
  });

  test('that is luck names its longest phase, and the least likely of several', () => {
    expect(of(0.4).sentence).toBe(
      'Reviews kept to its weights within the luck of the draw: v1 52.0 % (weight 50 %), v3 48.0 % (weight 50 %) of 1,000 requests from 0 s to 60 s (p = 0.40).',
    );
    const phases = [
      phase(0.4, { requests: 10, observed: [5, 5] }),
      phase(0.8),
      phase(0.3, { requests: 20, observed: [9, 11] }),
    ];
    expect(runVerdict(split(phases), [], [], [], evidenceLevels({ looks: phases.length })).sentence).toMatch(
      /of 1,000 requests from 0 s to 60 s; the least likely of 3 phases has p = 0\.30\.$/,
    );
  });

  test('leaves out versions of weight 0 that nobody got', () => {
    const { sentence } = runVerdict(
      split([phase(0.4, { observed: [1000, 0], effective: [1, 0] })]),
      [],
      [],
      [],
      evidenceLevels(),
    );
    expect(sentence).not.toContain('v3');
    const { sentence: seen } = runVerdict(
      split([phase(0.4, { observed: [999, 1], effective: [1, 0] })]),
      [],
      [],
      [],
      evidenceLevels(),
    );
    expect(seen).toContain('v3 0.1 % (weight 0 %)');
  });

  test.each([
    { flags: [flag('UH')], kind: 'fault', because: 'the proxy answered in place of the pods' },
    { flags: [flag('DC')], kind: 'chance', because: 'the caller gave up' },
    { flags: [flag('DI')], kind: 'chance', because: 'a delay that a rule asks for' },
    { flags: [flag('UH', 'ratings')], kind: 'chance', because: 'another service' },
    { flags: [flag('DC'), flag('UF')], kind: 'fault', because: 'one of two' },
  ])('with flags $flags is called $kind: $because', ({ flags, kind }) => {
    expect(runVerdict(split([phase(0.5)]), [], flags, [], evidenceLevels()).kind).toBe(kind);
  });

  test('names each flag of a fault with its requests, and then its meaning', () => {
    const { sentence, reasons } = runVerdict(
      split([phase(0.5)]),
      [],
      [flag('UH'), flag('DC'), flag('UF')],
      [],
      evidenceLevels(),
    );
    expect(sentence).toBe(
      "Of 1,000 requests to reviews, the callers' proxies answered 12 with UH, 12 with UF by themselves: not luck.",
    );
    expect(reasons.map((reason) => reason.slice(0, 3))).toEqual(['UH:', 'UF:']);
  });

  test('that no rule split has nothing to judge, but for the browser that saw it', () => {
    expect(runVerdict(undefined, [], [], [], evidenceLevels()).kind).toBe('none');
    const seen = {
      ...session([refresh(0)]),
      verdict: { kind: 'fault', sentence: 'It broke.', reasons: [] } as const,
    };
    expect(runVerdict(undefined, [seen], [], [], evidenceLevels()).sentence).toBe('It broke.');
    expect(of(null).sentence).toBe('No rule split the traffic of reviews.');
  });

  test('is led by the worst of what its browsers and its phases say; the rest are its reasons', () => {
    const browser = (kind: 'fault' | 'propagation' | 'chance' | 'none') => ({
      ...session([refresh(0)]),
      verdict: { kind, sentence: `It was ${kind}.`, reasons: [`Because of ${kind}.`] },
    });
    const verdict = runVerdict(
      split([phase(0.4)]),
      [browser('chance'), browser('none'), browser('propagation')],
      [],
      [],
      evidenceLevels(),
    );
    expect(verdict.kind).toBe('propagation');
    expect(verdict.sentence).toBe('It was propagation.');
    expect(verdict.reasons).toEqual([
      'Because of propagation.',
      'It was chance.',
      expect.stringContaining('Reviews kept to its weights'),
    ]);
    expect(runVerdict(split([phase(0.0001)]), [browser('propagation')], [], [], evidenceLevels()).kind).toBe(
      'fault',
    );
  });

  test('tells how long the slowest change of rules took, and how many were still on their way', () => {
    const reasons = (...pushes: Push[]) =>
      runVerdict(split([phase(0.4)]), [], [], pushes, evidenceLevels()).reasons;
    expect(reasons()).toEqual([]);
    expect(reasons(push(10, null))).toEqual([]);
    expect(reasons(push(10, 12.5), push(20, 21))).toEqual([
      'A change of rules reached the last proxy within 2.50 s.',
    ]);
    expect(reasons(push(10, 12.5), push(20, null))).toEqual([
      'A change of rules reached the last proxy within 2.50 s; 1 had not reached every proxy when the run ended.',
    ]);
  });
});
