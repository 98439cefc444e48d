import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, split, subsets } from '../../support/world.ts';

// istio pilot/pkg/model/push_context.go, destinationRule: that of the client's namespace, else of the Service's, of those exported there.
test('a subset that is exported to its own namespace alone is told as one that callers elsewhere do not see, not as deleted', async () => {
  const away = deployment('curl', 'v1').replace('metadata: { name', 'metadata: { namespace: team, name');
  const scenario = await smallScenario(
    `duration: 20s
traffic:
  - { name: near, from: client-v1, host: reviews, path: /, port: 9080, arrivals: poisson, rps: 20 }
  - { name: far, from: curl-v1, host: reviews.default, path: /, port: 9080, arrivals: poisson, rps: 20 }`,
    {
      'mesh.yaml': [
        service('reviews'),
        deployment('client', 'v1'),
        away,
        deployment('reviews', 'v1'),
        deployment('reviews', 'v2'),
        subsets('reviews', 'v1', 'v2').replace('spec: {', "spec: { exportTo: ['.'],"),
        split('reviews', { v1: 90, v2: 10 }),
      ].join(''),
    },
  );
  const { diagnosis } = runOnce(scenario).record;
  const codes = diagnosis!.findings.map(({ code }) => code);
  expect(codes[0]).toBe('subset-hidden');
  expect(codes).not.toContain('subset-deleted');
  expect(diagnosis!.findings[0]!.sentence).toContain('the proxies of curl-v1 do not follow it');
});
