import { describe, expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const web = (version: string, spec: string, container: string): string =>
  deployment('web', 'v1', 4)
    .replace('spec:\n  replicas', `spec:\n  ${spec}\n  replicas`)
    .replace(
      'image: none',
      `image: 'web:${version}', ports: [{ name: http, containerPort: 80 }]${container}`,
    );

const app = (boot: string): string => `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: web }
spec: { workloads: [{ name: web, match: { app: web }, boot: ${boot}, script: [{ work: 1ms }] }] }
`;

async function played(later: string, { boot = '1s', more = '' } = {}): Promise<RunRecord> {
  const scenario = await smallScenario(
    `duration: 120s
app: later-app.yaml
${more}
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: constant, rps: 10 }
timeline:
  - { at: 30s, apply: later.yaml }`,
    {
      'mesh.yaml': `${service('web')}${web('1', '', '')}${deployment('curl', 'v1')}`,
      'later.yaml': later,
      'later-app.yaml': app(boot),
    },
  );
  return runOnce(scenario).record;
}

const probe = (port: string): string => `, readinessProbe: { httpGet: { port: ${port} } }`;
const codesOf = ({ diagnosis }: RunRecord): string[] => diagnosis!.findings.map(({ code }) => code);

// Kubernetes, Deployments, "Failed Deployment" and maxUnavailable 25 %, maxSurge 25 %: of four pods one goes and one more comes, so
// that three old ones and two new ones are there.
describe('a rollout whose pods never become ready', () => {
  test('is the first that is told, with the old pods that serve on', async () => {
    const record = await played(web('2', '', probe('web')));
    expect(record.capacity!.stalled).toMatchObject([
      { kind: 'Deployment', workload: 'web-v1', because: 'probe', pods: 2, old: 3 },
    ]);
    expect(record.diagnosis!.answer).toBe('does not hold');
    expect(codesOf(record)[0]).toBe('rollout-stalled');
    expect(record.diagnosis!.findings[0]!.sentence).toMatch(/serves nobody, and 3 old pods serve on\.$/);
  });

  test('is none where they do', async () => {
    const record = await played(web('2', '', probe('http')));
    expect(record.capacity).not.toHaveProperty('stalled');
    expect(codesOf(record)).not.toContain('rollout-stalled');
  });

  test('leaves nobody where the old ones go first', async () => {
    const record = await played(web('2', 'strategy: { type: Recreate }', probe('web')));
    expect(record.capacity!.stalled).toMatchObject([{ pods: 4, old: 0 }]);
  });

  test('may be that of a Deployment which is new', async () => {
    const record = await played(
      web('2', '', probe('web')).replaceAll('web-v1', 'web-v2').replaceAll('version: v1', 'version: v2'),
    );
    expect(record.capacity!.stalled).toMatchObject([{ workload: 'web-v2', pods: 4, old: null }]);
    const [found] = record.diagnosis!.findings;
    expect(found!.sentence).toMatch(/^No pod of Deployment web-v2 .*serves nobody\.$/);
  });

  // Pods of the start are there and ready, which such pods never are.
  test('forbids the tick where its pods are there from the start', async () => {
    const spec = `duration: 5s
traffic: [{ name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: constant, rps: 10 }]`;
    const of = async (port: string) =>
      runOnce(
        await smallScenario(spec, {
          'mesh.yaml': `${service('web')}${web('1', '', probe(port))}${deployment('curl', 'v1')}`,
        }),
      ).record;
    const [never, ready] = [await of('web'), await of('http')];
    expect(codesOf(never)).toContain('left-out');
    expect(never.diagnosis!.answer).not.toBe('holds');
    expect(codesOf(ready)).not.toContain('left-out');
  });

  // progressDeadlineSeconds: so long after the last progress the Deployment is said to have failed. Slow pods may yet come before.
  test.each([
    { deadline: 60, told: true },
    { deadline: 300, told: false },
  ])('that may only be slow is told past its deadline of $deadline s', async ({ deadline, told }) => {
    const later = web('2', `progressDeadlineSeconds: ${deadline}`, probe('http'));
    const record = await played(later, { boot: '600s' });
    expect(record.capacity!.stalled?.map(({ because }) => because)).toEqual([
      told ? 'not ready' : 'run ends',
    ]);
    const [found] = record.diagnosis!.findings.filter(({ code }) => code === 'rollout-stalled');
    expect(found?.evidence.join('') ?? '').toMatch(told ? /progressDeadlineSeconds \(60\)/ : /^$/);
  });

  // They may yet come; the old ones hold, and a tick would be of them.
  test('that the run leaves in the midst of its start forbids the tick', async () => {
    const later = web('2', '', probe('http'));
    const [early, seen] = [await played(later, { boot: '600s' }), await played(later, { boot: '5s' })];
    expect(early.diagnosis!.answer).toBe('holds, but');
    const [found] = early.diagnosis!.findings;
    expect(found!.code).toBe('rollout-unfinished');
    expect(found!.sentence).toBe(
      'The run ended before a new pod of Deployment web-v1 was ready: it says nothing of how the new version serves.',
    );
    expect(found!.evidence[0]).toMatch(
      /made at 30(\.\d)? s, (90|89\.\d) s before the end\. At the end, 2 pods: not ready yet; 3 old pods serve\.$/,
    );
    expect(codesOf(seen)).not.toContain('rollout-unfinished');
  });

  // Kubernetes, StatefulSets and DaemonSets: only a Deployment has progressDeadlineSeconds.
  test.each([
    { kind: 'Deployment', deadline: 600 },
    { kind: 'StatefulSet', deadline: null },
    { kind: 'DaemonSet', deadline: null },
  ])('has a deadline of $deadline s where it is a $kind', async ({ kind, deadline }) => {
    const own = `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: later }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: none${probe('web')} }] } }
---`;
    const { capacity } = await played(own, { more: 'kubernetes: { nodes: [{ name: a }] }' });
    expect(capacity!.stalled).toMatchObject([{ kind, because: 'probe', deadlineSeconds: deadline }]);
  });

  test.each([
    {
      because: 'restarts',
      container: ', startupProbe: { httpGet: { port: http }, periodSeconds: 1, failureThreshold: 3 }',
      boot: '600s',
      more: '',
    },
    {
      because: 'no room',
      container: ', resources: { requests: { cpu: 64 } }',
      boot: '1s',
      more: 'kubernetes: { nodes: [{ name: a, cpu: 8 }] }',
    },
  ])('says what it waits for: $because', async ({ because, container, boot, more }) => {
    const record = await played(web('2', '', container), { boot, more });
    expect(record.capacity!.stalled).toMatchObject([{ because }]);
  });
});
