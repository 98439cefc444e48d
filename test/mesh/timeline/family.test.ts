import { describe, expect, test } from 'vitest';
import { subjectOf, timelineVerbs, verbOf, type TimelineAction } from '../../../src/mesh/timeline/index.ts';
import { plannedOf, timelineEntrySchema } from '../../../src/scenario/timeline.ts';
import { deployment, makeWorld, resources } from '../../support/world.ts';

interface Example {
  /** What is written after the verb. */
  readonly text: unknown;
  readonly subject: string;
  readonly workload?: string;
  readonly file?: string;
  /** What kubectl prints, or an observer says. */
  readonly says: string;
  readonly isOperators: boolean;
}

/** Name of the first pod of a workload of Bookinfo. */
function podNamed(workload: string): string {
  return makeWorld({}).pods.find((own) => own.workload === workload)!.name;
}

/** Each verb once, on Bookinfo with one pod per version; the file holds reviews-v1 with two. */
const examples: Readonly<Record<TimelineAction['verb'], Example>> = {
  apply: {
    text: 'two.yaml',
    subject: 'two.yaml',
    file: 'two.yaml',
    says: 'deployment.apps/reviews-v1 configured',
    isOperators: true,
  },
  delete: {
    text: 'two.yaml',
    subject: 'two.yaml',
    file: 'two.yaml',
    says: 'deployment.apps "reviews-v1" deleted',
    isOperators: true,
  },
  scale: {
    text: { workload: 'reviews-v1', replicas: 3 },
    subject: 'reviews-v1 to 3',
    workload: 'reviews-v1',
    says: 'deployment.apps/reviews-v1 scaled to 3',
    isOperators: true,
  },
  restart: {
    text: { workload: 'reviews-v1' },
    subject: 'reviews-v1',
    workload: 'reviews-v1',
    says: 'deployment.apps/reviews-v1 restarted',
    isOperators: true,
  },
  kill: {
    text: { workload: 'reviews-v1' },
    subject: '1 of reviews-v1',
    workload: 'reviews-v1',
    says: '1 of the pods of reviews-v1 killed',
    isOperators: false,
  },
  lose: {
    text: { workload: 'reviews-v1' },
    subject: '1 of reviews-v1',
    workload: 'reviews-v1',
    says: '1 of the pods of reviews-v1 lost without a word',
    isOperators: false,
  },
  crash: {
    text: { workload: 'reviews-v1', pods: 1, silently: true },
    subject: '1 of reviews-v1, silently',
    workload: 'reviews-v1',
    says: '1 of the pods of reviews-v1 crashed without a word',
    isOperators: false,
  },
  cordon: { text: true, subject: 'the nodes', says: 'no room for new pods', isOperators: false },
  uncordon: { text: true, subject: 'the nodes', says: 'room for new pods', isOperators: false },
  drain: {
    text: { node: 'n1' },
    subject: 'n1',
    says: 'Error from server (NotFound): nodes "n1" not found',
    isOperators: false,
  },
  slow: {
    text: { workload: 'reviews-v1', factor: 3 },
    subject: 'reviews-v1 by 3',
    workload: 'reviews-v1',
    says: 'reviews-v1 takes 3 times as long',
    isOperators: false,
  },
  fail: {
    text: { workload: 'reviews-v1', share: '7%' },
    subject: 'reviews-v1: answers 503 to 7 % of its requests, after their work',
    workload: 'reviews-v1',
    says: 'reviews-v1 answers 503 to 7 % of its requests, after their work',
    isOperators: false,
  },
  heal: {
    text: { workload: 'reviews-v1' },
    subject: 'reviews-v1',
    workload: 'reviews-v1',
    says: 'reviews-v1 is well again',
    isOperators: false,
  },
  stale: {
    text: { workload: 'reviews-v1', for: '30s' },
    subject: '1 of reviews-v1 for 30s',
    workload: 'reviews-v1',
    says: `no pushes reach 1 of reviews-v1: ${podNamed('reviews-v1')}`,
    isOperators: false,
  },
  controlPlane: {
    text: { downFor: '2m' },
    subject: 'down for 2m',
    says: 'istiod is down for 2m',
    isOperators: false,
  },
};

const two = resources(deployment('reviews', 'v1', 2));

describe.each(Object.keys(timelineVerbs) as TimelineAction['verb'][])('the verb %s', (verb) => {
  const example = examples[verb];
  const planned = plannedOf(timelineEntrySchema.parse({ at: '1s', [verb]: example.text }));
  const action = planned.build(example.file === undefined ? [] : two);

  test('is built by the very member that acts', () => {
    expect(planned.verb).toBe(verb);
    expect(action.verb).toBe(verb);
    expect(verbOf(action)).toBe(timelineVerbs[verb]);
  });

  test('names the file and the workload that it is about, and no other', () => {
    expect(planned.file).toBe(example.file);
    expect(planned.workload).toBe(example.workload);
    expect(subjectOf(action)).toBe(example.subject);
  });

  test('acts at its moment, and says so as kubectl would', () => {
    const seen: unknown[] = [];
    const world = makeWorld(
      { timeline: [{ atUs: 1e6, ...action }] },
      { manifestsChanged: (_entry, lines, _changed, nowUs) => seen.push([nowUs, ...lines]) },
    );
    world.runUntil(2e6);
    expect(seen).toEqual([[1e6, example.says]]);
  });

  test('is an act of operators, or befalls the mesh', () => {
    expect(verbOf(action).isOperators).toBe(example.isOperators);
  });
});

test('an entry that does nothing or several things is refused', () => {
  const messages = (entry: object) =>
    timelineEntrySchema.safeParse(entry).error?.issues.map((issue) => issue.message);
  const all =
    'apply, delete, scale, restart, kill, lose, crash, cordon, uncordon, drain, slow, fail, heal, stale, controlPlane';
  expect(messages({ at: '1s' })).toEqual([`an entry does one thing of ${all}; this one has none`]);
  expect(messages({ at: '1s', cordon: true, apply: 'a.yaml' })).toEqual([
    `an entry does one thing of ${all}; this one has apply and cordon`,
  ]);
});

test.each(['cordon', 'uncordon'])('what is about one node names it: %s', (verb) => {
  const planned = plannedOf(timelineEntrySchema.parse({ at: '1s', [verb]: { node: 'n1' } }));
  expect(subjectOf(planned.build([]))).toBe('n1');
});
