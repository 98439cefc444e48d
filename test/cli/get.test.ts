import { expect, describe, test } from 'vitest';
import { meshshift } from '../support/io.ts';

const table = async (...words: string[]): Promise<string[][]> => {
  const { code, out } = await meshshift(['get', ...words]);
  expect(code).toBe(0);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
};

describe('what kubectl would show of pods that come and go', () => {
  test('a pod whose containers run and whose probe has not passed is 1/2', async () => {
    // Scaled from 0 at 2 minutes; ready some seconds later.
    const rows = await table('scenarios/cold-canary', 'pods', 'reviews-v3', '--at', '123s');
    expect(rows[0]).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
    expect(rows).toHaveLength(2);
    expect(rows[1]!.slice(1, 4)).toEqual(['1/2', 'Running', '0']);
    const later = await table('scenarios/cold-canary', 'pods', 'reviews-v3', '--at', '140s');
    expect(later[1]!.slice(1, 4)).toEqual(['2/2', 'Running', '0']);
    expect(await table('scenarios/cold-canary', 'pods', 'reviews-v3', '--at', '100s')).toHaveLength(1);
  });

  test('a Deployment has the replicas that it was scaled to', async () => {
    const at = async (time: string) =>
      (await table('scenarios/cold-canary', 'deploy', 'reviews-v3', '--at', time))[1]!.slice(0, 4);
    expect(await at('100s')).toEqual(['reviews-v3', '0/0', '0', '0']);
    expect(await at('123s')).toEqual(['reviews-v3', '0/1', '1', '0']);
    expect(await at('140s')).toEqual(['reviews-v3', '1/1', '1', '1']);
    const { out } = await meshshift(
      'get scenarios/cold-canary deploy reviews-v3 -o json --at 123s'.split(' '),
    );
    expect(JSON.parse(out)).toMatchObject({
      spec: { replicas: 1 },
      status: { replicas: 1, readyReplicas: 0, updatedReplicas: 1, availableReplicas: 0 },
    });
  });

  test('an autoscaler shows what it read last, and what it does not know', async () => {
    const at = async (time: string) =>
      (await table('scenarios/one-hpa-two-versions', 'hpa', '--at', time))[1]!.slice(1, 6);
    expect((await at('0s'))[1]).toBe('cpu: <unknown>/70%');
    const [reference, targets, ...limits] = await at('5m');
    expect(reference).toBe('Rollout/reviews');
    expect(targets).toMatch(/^cpu: 6\d%\/70%$/);
    expect(limits[2]).toBe('12');
  });
});

test.each(['constructor', 'toString', ''])('no resource is of type "%s"', async (kind) => {
  const { code, err } = await meshshift(['get', 'scenarios/cold-canary', kind]);
  expect([code, err.split(';')[0]!.trim()]).toEqual([2, `error: no resource type "${kind}"`]);
});
