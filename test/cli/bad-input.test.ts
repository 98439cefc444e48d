import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { meshshift } from '../support/io.ts';

const root = mkdtempSync(join(tmpdir(), 'meshshift-bad-'));
const scenario = join(root, 'scenario');
const rule = join(scenario, 'virtual-service-reviews-50-v3.yaml');

beforeEach(() => {
  rmSync(scenario, { recursive: true, force: true });
  cpSync('scenarios/fifteen-refreshes', scenario, { recursive: true });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const virtualService = (weights: string, rest = ''): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews
spec:
  hosts:
    - reviews
  http:
    - route:
        - destination:
            host: reviews
            subset: v1
          ${weights}
        - destination:
            host: reviews
            subset: v3
          weight: 50
${rest}`;

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]
${'bcdefghi'
  .split('')
  .map((name, i) => `${name}: &${name} [${new Array(9).fill(`*${'abcdefgh'[i]!}`).join(',')}]`)
  .join('\n')}
`;

/** Exit 3, a place where there is one, words that help, and never a trace. */
describe('a rule that cannot be', () => {
  test.each([
    {
      name: 'a misspelt field',
      text: virtualService('weigth: 50'),
      line: 13,
      says: [/unknown field "spec\.http\[0\]\.route\[0\]\.weigth"/, /weight/],
    },
    {
      name: 'a weight in quotes',
      text: virtualService('weight: "50"'),
      line: 13,
      says: [/weight/, /integer/],
    },
    {
      name: 'a timeout of 0s',
      text: virtualService('weight: 50', '      timeout: 0s\n'),
      line: 18,
      says: [/timeout/, /must be greater than 1ms/],
    },
    {
      name: 'weights that are all 0',
      text: virtualService('weight: 0').replace('weight: 50', 'weight: 0'),
      line: 9,
      says: [/total destination weight = 0/],
    },
    { name: 'a negative weight', text: virtualService('weight: -1'), line: 13, says: [/weight -1 < 0/] },
    { name: 'a tab', text: virtualService('\tweight: 50'), line: 13, says: [/tab/] },
    {
      name: 'a key twice',
      text: virtualService('weight: 50\n          weight: 60'),
      line: 14,
      says: [/weight/],
    },
    { name: 'an empty file', text: '', line: undefined, says: [/no resources|empty/] },
    { name: 'binary', text: 'PK\u0003\u0004\u0000\u0000\u0001', line: undefined, says: [/binary/] },
    { name: 'an alias bomb', text: bomb, line: undefined, says: [/alias/i] },
    { name: 'a list at the top', text: '- a\n- b\n', line: 1, says: [/map|object/] },
  ])('$name', async ({ text, line, says }) => {
    writeFileSync(rule, text);
    const { code, err } = await meshshift(['run', scenario, '--no-out']);
    expect(code).toBe(3);
    for (const words of says) expect(err).toMatch(words);
    expect(err).toContain('virtual-service-reviews-50-v3.yaml');
    if (line !== undefined)
      expect(err).toMatch(new RegExp(`virtual-service-reviews-50-v3\\.yaml:${line}:\\d+: error`));
    expect(err).not.toMatch(/\n\s+at |Error:/);
  });

  test('a file of 50 MB is refused by its size, unread', async () => {
    truncateSync(rule, 50 * 1024 * 1024);
    const { code, err } = await meshshift(['run', scenario, '--no-out']);
    expect([code, /50 MB/.test(err)]).toEqual([3, true]);
  });

  test('a manifest that is not there is shown where the scenario names it', async () => {
    rmSync(rule);
    const { code, err } = await meshshift(['run', scenario, '--no-out']);
    expect(code).toBe(3);
    expect(err).toMatch(/scenario\.yaml:\d+:\d+: error\[MS3001\]: cannot read .*there is no such file/);
  });

  test('a folder in place of a manifest', async () => {
    rmSync(rule);
    mkdirSync(rule);
    const { code, err } = await meshshift(['run', scenario, '--no-out']);
    expect([code, /is a directory/.test(err)]).toEqual([3, true]);
  });

  test('all mistakes of all files are told at once', async () => {
    writeFileSync(rule, virtualService('weigth: 50'));
    writeFileSync(
      join(scenario, 'destination-rule-all.yaml'),
      'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: x }\nspec: { hots: reviews }\n',
    );
    const { err } = await meshshift(['validate', scenario]);
    expect(err).toMatch(/weigth/);
    expect(err).toMatch(/hots/);
  });
});

describe('a scenario that cannot be', () => {
  const change = async (from: string | RegExp, to: string) => {
    const { readFileSync } = await import('node:fs');
    const path = join(scenario, 'scenario.yaml');
    const before = readFileSync(path, 'utf8');
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    writeFileSync(path, after);
    return meshshift(['run', scenario, '--no-out']);
  };

  test.each([
    {
      from: 'duration: 40s',
      to: 'duration: 40',
      says: /spec\.duration: expected a duration with a unit/,
      line: 8,
    },
    {
      from: 'duration: 40s',
      to: 'durration: 40s',
      says: /unknown field "spec\.durration"[\s\S]*did you mean "duration"/,
      line: 8,
    },
    { from: 'count: 15', to: 'count: many', says: /count/, line: 19 },
    { from: 'max: 0%', to: 'max: 0', says: /percentage/, line: 22 },
    { from: 'refresh:', to: 'refesh:', says: /refesh/, line: 19 },
    { from: 'metric: errors', to: 'metric: errrors', says: /metric/, line: 22 },
  ])('$to', async ({ from, to, says, line }) => {
    const { code, err } = await change(from, to);
    expect(code).toBe(3);
    expect(err).toMatch(says);
    expect(err).toMatch(new RegExp(`scenario\\.yaml:${line}:`));
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('one that does not exist', async () => {
    const { code, err } = await meshshift(['run', join(root, 'nowhere')]);
    expect([code, /there is no such file/.test(err)]).toEqual([3, true]);
  });

  test('a workload in the timeline that no manifest has is refused', async () => {
    const { code, err } = await change(
      'apply: virtual-service-reviews-50-v3.yaml',
      'scale: {workload: reviews-v9, replicas: 2}',
    );
    expect([code, /MS2007/.test(err)]).toEqual([3, true]);
  });
});

describe('words that no command knows', () => {
  test.each([
    { words: ['rnu'], says: /unknown command 'rnu'[\s\S]*run/ },
    { words: ['run'], says: /missing required argument 'scenario'/ },
    { words: ['run', 'x', '--sed', '1'], says: /unknown option '--sed'[\s\S]*--seed/ },
    { words: ['get', 'scenarios/fifteen-refreshes', 'virtualservce'], says: /did you mean virtualservice/ },
    { words: ['routes', 'scenarios/fifteen-refreshes', '--at', '5'], says: /unit/ },
    { words: ['run', 'scenarios/fifteen-refreshes', '-o', 'xml'], says: /Allowed choices/ },
  ])('$words exits with 2', async ({ words, says }) => {
    const { code, err } = await meshshift(words);
    expect(code).toBe(2);
    expect(err).toMatch(says);
  });
});

describe('--set', () => {
  test.each([
    { set: 'duration=5', says: /spec\.duration/ },
    { set: 'traffic[7].rps=1', says: /--set traffic\[7\]\.rps=1/ },
    { set: 'nothing', says: /expected path=value/ },
    { set: '__proto__.x=1', says: /no such field/ },
  ])('$set is refused in words', async ({ set, says }) => {
    const { code, err } = await meshshift(['run', 'scenarios/fifteen-refreshes', '--no-out', '--set', set]);
    expect(code).toBe(3);
    expect(err).toMatch(says);
  });
});
