import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { tracePage } from '../../src/experiment/trace/trace-page.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { portOfCalls } from '../../src/scenario/called-port.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { smallScenario } from '../support/small-scenario.ts';
import { deployment, resources, split, subsets } from '../support/world.ts';

const service = (ports: readonly number[]): string => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [${ports.map((port) => `{ name: http-${port}, port: ${port}, targetPort: 8080 }`).join(', ')}] }
---`;

test.each([
  { ports: [80, 8080], port: 80, because: 'HTTP’s own port' },
  { ports: [8080], port: 8080, because: 'the only one' },
  { ports: [8080, 9090], port: 8080, because: 'its first' },
  { ports: [], port: 80, because: 'nothing is known of the host' },
])('a call of a Service with ports $ports that names none goes to $port: $because', ({ ports, port }) => {
  const all = resources(ports.length === 0 ? '' : service(ports));
  expect(portOfCalls(all, [80])('web', 'default')).toBe(port);
});

const played = (traffic: string, ports: readonly number[], inject = true): Promise<Scenario> =>
  smallScenario(
    `duration: 20s
app: later-app.yaml
focus: web
traffic: [{ name: calls, ${traffic}, path: /, arrivals: constant, rps: 20 }]`,
    {
      'mesh.yaml': `${service(ports)}${subsets('web', 'v1', 'v2')}${split('web', { v1: 100, v2: 0 })}${deployment('web', 'v1')}${deployment('web', 'v2')}${deployment('client', 'v1', 1, inject)}${deployment('front', 'v1')}`,
      'later-app.yaml': `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: web }
spec:
  workloads:
    - { name: web, match: { app: web }, script: [{ work: 1ms }] }
    - { name: front, match: { app: front }, script: [{ call: { host: web } }] }
`,
    },
  );

const answeredIn = ({ callers }: RunRecord): string[] =>
  callers.flatMap(({ service: of, answered }) =>
    of === 'web' ? answered.map(({ version }) => version) : [],
  );

describe('a Service at port 8080 alone', () => {
  test('is asked there by traffic that names no port, and its rule acts', async () => {
    const { record } = runOnce(await played('from: client-v1, host: web', [8080]));
    expect(answeredIn(record)).toEqual(['v1']);
    expect(record.diagnosis!.answer).toBe('holds');
  });

  test('is traced where a proxy passes a call on: nothing was picked', async () => {
    const scenario = await played("from: client-v1, host: 'web.example.com'", [8080]);
    expect(tracePage(scenario, { kind: 'number', page: 1 })!.complete).toBe(true);
  });
});

test('a script that names no port calls the one that the Service has', async () => {
  const scenario = await played('from: client-v1, host: web', [80, 9090]);
  const { script } = scenario.app.workloads.find(({ name }) => name === 'front')!;
  expect(script).toMatchObject([{ kind: 'call', host: 'web', port: 80 }]);
});
