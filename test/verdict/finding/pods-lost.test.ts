import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Failure } from '../../../src/record/failure.ts';
import { podsLost } from '../../../src/verdict/finding/pods-lost.ts';
import { ncBurst } from '../../support/record.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const failed = (own: Partial<Failure>): Failure => ({
  cause: 'refused',
  caller: 'curl',
  callerHasProxy: true,
  host: 'httpbin',
  service: 'httpbin',
  version: 'v1',
  pod: 'httpbin-v1-0',
  status: 503,
  flags: '',
  requests: 10,
  pages: 10,
  pagesWithout: 0,
  firstSeconds: 1,
  lastSeconds: 2,
  seconds: 1,
  page: null,
  ...own,
});

// Envoy, router filter, x-envoy-retry-on: connect-failure and reset are for what has no answer; an answer of 503 is a status,
// which `503` (retriable status codes), 5xx and gateway-error are for. URX: the attempts are used up.
test.each([
  { failures: [failed({})], says: 'retries with retryOn 503 hide the rest' },
  { failures: [failed({ flags: 'UF' })], says: 'Retries on connect-failure and reset hide the rest' },
  { failures: [failed({ flags: 'UC', cause: 'broken-off' })], says: 'Retries on connect-failure and reset' },
  { failures: [failed({ flags: 'URX,UF' })], says: 'The retries of the rule were used up' },
  { failures: [failed({ callerHasProxy: false })], says: 'no retries of a rule help them' },
  {
    failures: [failed({ requests: 9, flags: 'UF' }), failed({ requests: 10 })],
    says: 'retries with retryOn 503 hide the rest',
  },
])('what would hide lost requests fits how they failed: $says', ({ failures, says }) => {
  const [found] = podsLost.seenIn({ ...ncBurst(), failures });
  expect(found!.remedies.at(-1)!.text).toContain(says);
});

// Kubernetes, container lifecycle hooks: SIGTERM comes when preStop has ended. One that runs a script of its own may take as long.
test.each([
  { hook: '', change: 15, says: 'preStop sleep of 15 s' },
  { hook: 'sleep: { seconds: 3 }', change: 15, says: 'preStop sleep of 15 s' },
  { hook: 'sleep: { seconds: 20 }', change: undefined, says: 'have a preStop sleep of 20 s already' },
  { hook: 'exec: { command: [/drain.sh] }', change: undefined, says: 'cannot be read from it' },
])('a preStop hook that is there is not proposed, nor overwritten: $hook', async ({ hook, change, says }) => {
  const web = deployment('web', 'v1').replace(
    'name: web, image: none',
    `name: web, image: none${hook === '' ? '' : `, lifecycle: { preStop: { ${hook} } }`}`,
  );
  const { record } = runOnce(
    await smallScenario(
      `duration: 5s
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: constant, rps: 10 }`,
      { 'mesh.yaml': `${service('web')}${web}${deployment('curl', 'v1')}` },
    ),
  );
  const pod = { ...record.pods[0]!, pod: 'web-v1-0', workload: 'web-v1' };
  const [found] = podsLost.seenIn({
    ...record,
    pods: [pod],
    failures: [failed({ service: 'web', pod: 'web-v1-0' })],
  });
  const [first] = found!.remedies;
  expect(first!.text).toContain(says);
  expect(first!.changes).toEqual(
    change === undefined ? [] : [{ kind: 'pre-stop', workload: 'web-v1', sleepSeconds: change }],
  );
});
