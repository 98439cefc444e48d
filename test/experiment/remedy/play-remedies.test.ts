import { describe, expect, test } from 'vitest';
import { loadSources } from '../../../src/experiment/remedy/sources.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Remedied } from '../../../src/record/remedied.ts';
import { remediesOf } from '../../support/remedied.ts';

const one = { most: 1, seeds: 1 } as const;

const kindsOf = ({ played }: Remedied): string[] =>
  played.flatMap(({ changes }) => changes.map(({ kind }) => kind));

describe('a remedy that mends what it is for leaves nothing of its harm', () => {
  test.each([
    ['test/cases/hot-canary-pod', 'no-warmup', []],
    ['test/cases/http-on-a-tcp-port', 'port-protocol', []],
    ['test/cases/http-on-a-tcp-port', 'host-name', ['traffic[0].host=wbe']],
    ['test/cases/idle-helper-hides-cpu', 'container-metric', []],
    ['test/cases/inside-and-outside-callers', 'bind-rule', []],
    ['test/cases/private-rule-of-an-application', 'export-to-all', []],
    ['test/cases/two-services-same-pods', 'own-pods', []],
    ['test/cases/rollout-steps-do-not-act/by-hand', 'later', []],
    ['scenarios/cold-canary', 'later', []],
    ['scenarios/rule-before-subset', 'subset-first', []],
    ['scenarios/circuit-breaking', 'connection-limits', []],
    ['scenarios/client-without-sidecar', 'inject-sidecar', []],
    ['scenarios/fifteen-refreshes-2017', 'independent-draws', []],
    ['scenarios/retries-hide-a-bad-canary', 'no-traffic', []],
    ['scenarios/absorbing-cookie', 'no-cookie', []],
    ['scenarios/request-timeouts', 'no-fault', []],
    ['scenarios/fault-injection', 'no-fault', []],
  ])('%s: %s', async (path, kind, set) => {
    const { remedied } = await remediesOf(path, one, ...set);
    expect(kindsOf(remedied)).toEqual([kind]);
    const [own] = remedied.played;
    expect(own!.before[0]!.harm).toBeGreaterThan(0);
    expect(own!.after[0]!.harm).toBe(0);
    expect(own!.removed).toBe(1);
    expect(own!.verdict).toBe('helps');
    expect(own!.sentence).toContain('removes 100 % of the harm');
    expect(remedied.best).toBe(0);
  });

  test('a lower target, or more pods from the start, mend an autoscaler that cannot reach its target, too', async () => {
    const { remedied } = await remediesOf('test/cases/idle-helper-hides-cpu', { most: 3, seeds: 1 });
    expect(kindsOf(remedied)).toEqual(['container-metric', 'autoscaler-target', 'replicas']);
    expect(remedied.played.map(({ after }) => after[0]!.late)).toEqual([0, 0, 0]);
    // With more pods the target is still out of reach: that is said, and the one after which all is well is taken.
    expect(remedied.played[2]!.sentence).toContain('more is wrong');
    expect(remedied.best).toBe(0);
  });
});

describe('what does not mend all', () => {
  test('nobody scales the canary up: the rule would wait for ever, and only its weight helps', async () => {
    const { remedied } = await remediesOf(
      'scenarios/cold-canary',
      one,
      'timeline[1]={ at: 2m, scale: { workload: reviews-v3, replicas: 0 } }',
    );
    expect(kindsOf(remedied)).toEqual(['no-traffic']);
    expect(remedied.played[0]!.verdict).toBe('helps');
  });

  test('a longer timeout mends the cut pages, and those that are late stay late: that is said', async () => {
    const { remedied } = await remediesOf('scenarios/request-timeouts', { most: 2, seeds: 1 });
    const [noFault, longer] = remedied.played;
    // The delay of the rule is 2 s, so that pages come after 2 s where a late page is one of more than 1 s.
    expect(longer!.after[0]!.late).toBe(longer!.before[0]!.late);
    expect(longer!.sentence).toContain('more is wrong');
    expect(noFault!.after[0]).toMatchObject({ failed: 0, late: 0, harm: 0 });
    expect(remedied.best).toBe(0);
  });

  test('what is not for a manifest to mend is told with its reason, and nothing is played', async () => {
    const { remedied } = await remediesOf('test/cases/rollout-steps-do-not-act', one);
    expect(remedied.played).toEqual([]);
    expect(remedied.notPlayed.map(({ code, because }) => [code, because])).toEqual([
      ['left-out', 'it is not for a manifest to do'],
    ]);
  });

  test('a run that holds has nothing to mend', async () => {
    const { remedied } = await remediesOf('scenarios/fifteen-refreshes', one);
    expect(remedied).toMatchObject({ played: [], notPlayed: [], best: null });
  });
});

describe('before and after', () => {
  test('have the same arrivals, so that a change that touches no page changes no page', async () => {
    const { remedied } = await remediesOf('test/cases/inside-and-outside-callers', { most: 1, seeds: 2 });
    const [own] = remedied.played;
    expect(own!.after.map(({ pages }) => pages)).toEqual(own!.before.map(({ pages }) => pages));
  });

  test('the difference is the mean over the seeds with Student’s interval', async () => {
    const { remedied } = await remediesOf('test/cases/inside-and-outside-callers', { most: 1, seeds: 2 });
    const [own] = remedied.played;
    const [first, second] = own!.before.map((each, seed) => own!.after[seed]!.harm - each.harm) as [
      number,
      number,
    ];
    const mean = (first + second) / 2;
    // Of two values sd / sqrt 2 is |a - b| / 2, and Student's t of one degree of freedom at 97.5 % is tan(0.475 pi) = 12.706.
    const half = (12.706204736 * Math.abs(first - second)) / 2;
    expect(own!.harm.mean).toBeCloseTo(mean, 9);
    expect(own!.harm.low).toBeCloseTo(mean - half, 4);
    expect(own!.harm.high).toBeCloseTo(mean + half, 4);
  });

  test('what is left to apply is what was played: the folder comes to the record of the remedy', async () => {
    const { remedied, folders } = await remediesOf('scenarios/rule-before-subset', one);
    const [own] = remedied.played;
    const { value } = await loadSources(folders.get(own!.folder)!, own!.folder);
    const { record } = runOnce(value!);
    expect(record.diagnosis).toEqual(own!.diagnosis);
    expect(record.pages.pages).toBe(own!.after[0]!.pages);
  });
});
