import { expect, test } from 'vitest';
import { requestLine } from '../../src/experiment/request-line.ts';
import { runOnce } from '../../src/experiment/run-once.ts';
import { smallScenario } from '../support/small-scenario.ts';
import { deployment, service } from '../support/world.ts';

test('a line has the fields of Istio’s access log, with the time of the run counted from 1970', async () => {
  const scenario = await smallScenario(
    `
seed: 7
duration: 2h
focus: back
controlPlane: { preset: 'off' }
traffic: [{ name: caller, from: client-v1, host: "back:9080", path: /a, refresh: { count: 3, every: 1h, start: 59.5s } }]
`,
    { 'mesh.yaml': service('back') + deployment('back', 'v1') + deployment('client', 'v1') },
  );
  const lines: string[] = [];
  runOnce(scenario, {
    onRequest: (world, row, nowUs) => lines.push(requestLine(world, scenario, row, nowUs)),
  });
  // At 59.5 s and 3,659.5 s; the third would come after the end.
  const read = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(read.map((own) => own['start_time'])).toEqual([
    '1970-01-01T00:00:59.500000Z',
    '1970-01-01T01:00:59.500000Z',
  ]);
  expect(read[0]).toMatchObject({
    method: 'GET',
    path: '/a',
    response_code: 200,
    response_flags: '-',
    authority: 'back:9080',
    upstream_cluster: 'outbound|9080||back.default.svc.cluster.local',
    x_meshshift: { key: 'v1', traffic: 'caller' },
  });
  expect(lines.every((line) => line.endsWith('\n'))).toBe(true);
});
