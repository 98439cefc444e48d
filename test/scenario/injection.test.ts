import { expect, test } from 'vitest';
import { isWorkload } from '../../src/manifest/scale-target.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { smallScenario } from '../support/small-scenario.ts';

const namespace = (label: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { ${label} } }
---`;
const workload = (name: string, image = 'a'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: a, image: ${image} }] } }
---`;
const [yes, no] = [namespace('istio-injection: enabled'), namespace('istio-injection: disabled')];

const scenario = (timeline: readonly string[], files: Readonly<Record<string, string>>): Promise<Scenario> =>
  smallScenario(
    `duration: 60s
traffic: [{ name: curl, from: old, host: old.shop, path: /, arrivals: constant, rps: 1 }]
timeline: [${timeline.join(', ')}]`,
    files,
  );
const step = (at: number, file: string): string => `{ at: ${at}s, apply: ${file} }`;

const haveSidecars = ({ timeline }: Scenario): boolean[] =>
  timeline.flatMap((own) =>
    own.verb === 'apply'
      ? own.resources.filter(isWorkload).map(({ spec }) => spec.template.injectedProxy.inject !== false)
      : [],
  );

// The injector's webhook is asked when a pod is made, by the labels that its namespace has then.
test.each([
  { before: no, later: yes, has: [false, true], because: 'from then on' },
  { before: yes, later: no, has: [true, false], because: 'from then on' },
])('pods that come after their namespace has changed are settled by what it says then', async (row) => {
  const own = await scenario(
    [step(30, 'later-web.yaml'), step(20, 'later-ns.yaml'), step(10, 'later-web.yaml')],
    {
      'mesh.yaml': `${row.before}${workload('old')}`,
      'later-web.yaml': workload('web'),
      'later-ns.yaml': row.later,
    },
  );
  expect(haveSidecars(own)).toEqual(row.has);
});

// What is there keeps its pods; those that are made later, by a restart or a scaling, ask the webhook anew, which is not played.
test.each([
  { before: no, later: yes, again: false, told: true },
  { before: yes, later: no, again: false, told: true },
  { before: yes, later: yes, again: false, told: false },
  { before: no, later: yes, again: true, told: false },
])('new pods of what was there before would be others: $told', async ({ before, later, again, told }) => {
  const own = await scenario([step(20, 'later-ns.yaml'), ...(again ? [step(30, 'later-old.yaml')] : [])], {
    'mesh.yaml': `${before}${workload('old')}`,
    'later-ns.yaml': later,
    'later-old.yaml': workload('old', 'b'),
  });
  expect(own.ignored).toEqual(told ? [{ about: 'next-sidecars', namespace: 'shop', workload: 'old' }] : []);
});
