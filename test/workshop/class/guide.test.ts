import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { binomPmf, probNoneSeen, refreshesToSee, requiredN } from '../../../src/stats/index.ts';
import { classStats } from '../../../src/workshop/class/class-stats.ts';
import { halfWidth } from '../../../src/workshop/lesson/c.ts';
import { metersWith } from '../../../src/workshop/lesson/h.ts';
import { costOfGap } from '../../../src/workshop/lesson/g.ts';
import { lessonIds } from '../../../src/workshop/lesson/lesson.ts';
import { lessons } from '../../../src/workshop/lesson/index.ts';

const guide = readFileSync('scenarios/workshop/README.md', 'utf8').replaceAll(/\s+/g, ' ');

const percent = (share: number, digits = 1): string => `${Number((share * 100).toFixed(digits))} %`;
const tails = (low: number): number =>
  2 * Array.from({ length: low + 1 }, (_, k) => binomPmf({ n: 15, k, p: 0.5 })).reduce((a, b) => a + b);
const thirty = Array.from({ length: 16 }, (_, k) => (k === 7 ? 30 : 0));

test.each([
  { text: percent(2 * binomPmf({ n: 15, k: 7, p: 0.5 })), is: '7 or 8 red' },
  { text: percent(tails(4)), is: 'a line at 4 and 11' },
  { text: percent(tails(5)), is: 'a line at 5 and 10' },
  { text: percent(tails(3)), is: 'a line at 3 and 12' },
  { text: `${requiredN({ p: 0.5, e: 0.1, conf: 0.95 }).stableN} pages`, is: 'pages for ten points' },
  { text: `${requiredN({ p: 0.5, e: 0.05, conf: 0.95 }).stableN} (`, is: 'pages for five points' },
  {
    text: [15, 60, 240, 960].map((n) => (halfWidth(n) * 100).toFixed(1)).join(', '),
    is: 'half-widths',
  },
  { text: percent(probNoneSeen({ n: 15, p: 0.1 })), is: 'no canary in fifteen' },
  { text: `${refreshesToSee({ p: 0.1, conf: 0.95 })} pages`, is: 'pages to see it' },
  {
    text: `${costOfGap(4).requests.mean.toFixed(0)} and ${costOfGap(4).pages.mean.toFixed(0)}`,
    is: 'four seconds of gap',
  },
  { text: percent(metersWith(2).caller), is: 'what the caller sees' },
  { text: percent(metersWith(2).ofAll, 2), is: 'of all requests' },
  { text: percent(metersWith(2).pages, 4), is: 'of pages' },
  { text: percent(metersWith(2).shareAtPods), is: 'load of the pods' },
  { text: percent(classStats(thirty).somebodyExtreme), is: 'somebody of thirty' },
  { text: `${classStats(thirty).evenOddsFrom} seats`, is: 'even odds' },
  { text: `±${(halfWidth(450) * 100).toFixed(1)} points`, is: 'a class of thirty' },
])('the teacher’s guide has $text: $is', ({ text }) => {
  expect(guide).toContain(text);
});

test('the guide’s answers go through every lesson, and its minutes fit', () => {
  for (const id of lessonIds) expect(guide).toMatch(new RegExp(`\\| ${id} +\\|`));
  const inClass = ['a', 'b', 'c', 'd', 'e', 'g', 'j'] as const;
  const minutes = inClass.reduce((sum, id) => sum + lessons[id].minutes, 0);
  // Beginning, hands up, and the three sentences are what is left of 45.
  expect(minutes).toBeLessThanOrEqual(45 - 3 - 5 - 3);
});
