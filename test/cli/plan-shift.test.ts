import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { shiftPlan, type ShiftPlan } from '../../src/record/shift-plan.ts';
import { renderPlanHtml } from '../../src/report/shift-plan/html.tsx';
import { shiftPlanText } from '../../src/report/shift-plan/text.ts';
import { meshshift } from '../support/io.ts';

const root = mkdtempSync(join(tmpdir(), 'meshshift-plan-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A hundredth of the load: runs that take a fraction of a second, and plans that still differ. */
const asked = [
  ...['plan', 'shift', 'scenarios/planners-ramp', '-q', '--set', 'traffic[0].rps=12', '--replications', '3'],
  ...['--vary', 'steps=50/100,100', '--vary', 'pause=1m', '--vary', 'pre-scale=0'],
];
const plan = async (folder: string, ...more: string[]) => {
  const path = join(root, folder);
  const told = await meshshift([...asked, '--out', path, ...more]);
  const read = (name: string): string => readFileSync(join(path, name), 'utf8');
  return { ...told, read, path };
};

const first = plan('one', '--jobs', '1');

describe('a plan of a shift', () => {
  test('says what it would do, what it costs, what is to spare and what breaks it, and how to ask again', async () => {
    const { code, out } = await first;
    expect(code).toBe(0);
    expect(out).toMatch(/^✓ The cheapest plan that holds: /);
    expect(out).toMatch(/pod-hours in /);
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(/What breaks it first: |Nothing that was tried breaks it/);
    expect(out.trimEnd().split('\n').at(-1)).toMatch(
      /^Again: meshshift plan shift scenarios\/planners-ramp /,
    );
  });

  test('keeps to its published schema', async () => {
    const { read } = await first;
    expect(shiftPlan.safeParse(JSON.parse(read('plan.json'))).error?.issues.slice(0, 3) ?? []).toEqual([]);
    expect(shiftPlan.safeParse({ ...(JSON.parse(read('plan.json')) as object), more: 1 }).success).toBe(
      false,
    );
  });

  test('that rests on guesses says so wherever it is told', async () => {
    const { read } = await first;
    const known = JSON.parse(read('plan.json')) as ShiftPlan;
    expect(known.guesses).toEqual({ numbers: [], calls: [] });
    const numbers = [{ name: 'pages', value: '20', from: '2', to: '200', what: 'pages a second' }];
    const guessed: ShiftPlan = { ...known, guesses: { numbers, calls: [] } };
    const text = shiftPlanText(guessed, 400);
    expect(text).toMatch(/^✓ The cheapest plan that holds, if the guesses do: /);
    expect(text).toContain('Which of them matter: meshshift explain scenarios/planners-ramp');
    expect(renderPlanHtml(guessed, undefined)).toContain('pages: 20 (may be 2 to 200), pages a second');
    expect(shiftPlanText(known, 400)).not.toContain('guess');
  });

  test('leaves the manifests that it says are to be applied', async () => {
    const { read, path } = await first;
    const { actions } = JSON.parse(read('plan.json')) as ShiftPlan;
    expect(actions.length).toBeGreaterThan(0);
    for (const { file, text } of actions) {
      if (file !== null) expect(read(join('manifests', file))).toBe(text);
    }
    expect(existsSync(join(path, 'plan.html'))).toBe(true);
  });

  test('is the same, byte for byte, with two workers', async () => {
    const [one, two] = [await first, await plan('two', '--jobs', '2')];
    expect(two.code).toBe(0);
    for (const name of ['plan.json', 'runs.ndjson']) expect(two.read(name)).toBe(one.read(name));
  });

  test('that was stopped anywhere, in the middle of a line even, is gone on with to the same bytes', async () => {
    const { read } = await first;
    const whole = read('runs.ndjson');
    const lines = whole.split('\n');
    for (const kept of [1, 4, lines.length - 3]) {
      const half = await plan(`half-${kept}`, '--jobs', '1');
      const text = `${lines.slice(0, kept).join('\n')}\n`;
      writeFileSync(join(half.path, 'runs.ndjson'), text);
      appendFileSync(join(half.path, 'runs.ndjson'), lines[kept]!.slice(0, 30));
      const resumed = await plan(`half-${kept}`, '--resume', '--jobs', '1');
      expect(resumed.code).toBe(0);
      for (const name of ['plan.json', 'runs.ndjson']) expect(resumed.read(name)).toBe(read(name));
    }
  });

  test('that is interrupted leaves the best plan so far, marked as not finished, and goes on with its runs', async () => {
    // Whatever is under way in this process would stop, too.
    const { read } = await first;
    const path = join(root, 'interrupted');
    const words = [...asked.filter((own) => own !== '-q'), '--out', path, '--jobs', '1'];
    const stop = (text: string): void => {
      if (/^Best so far: \d/.test(text)) process.emit('SIGINT');
    };
    const told = await meshshift(words, '', undefined, undefined, stop);
    expect(told.code).toBe(130);
    expect(told.out.replaceAll(/\s+/g, ' ')).toMatch(
      /Stopped\. The best plan so far, not yet shown to hold: /,
    );
    expect(told.out).toContain(' --resume\n');
    const stored = shiftPlan.parse(JSON.parse(readFileSync(join(path, 'plan.json'), 'utf8')));
    expect(stored.interrupted).toBe(true);
    expect(stored.candidates[stored.best!]!.verdict).toBe('unsure');
    const { file, text } = stored.actions.find((own) => own.file !== null)!;
    const manifest = readFileSync(join(path, 'manifests', file!), 'utf8');
    expect(manifest).toMatch(/^# Not finished: /);
    expect(manifest.endsWith(text!)).toBe(true);

    const resumed = await meshshift([...words, '--resume']);
    expect(resumed.err).toMatch(/^Goes on with \d+ runs? that (is|are) done\.\nBest so far: /m);
    for (const name of ['plan.json', 'runs.ndjson'])
      expect(readFileSync(join(path, name), 'utf8')).toBe(read(name));
  });

  test('does not go on with the runs of another question', async () => {
    const { path } = await first;
    const other = await meshshift([...asked, '--out', path, '--resume', '--seed', '7']);
    expect(other.code).toBe(3);
    expect(other.err).toContain('MS2014');
  });

  test.each([
    [['--objective', 'p98 < 1s'], 2, /there is no measure "p98"/],
    [['--vary', 'steps=50/25'], 2, /expected whole percentages that rise/],
    [['--vary', 'reviews-v9.max=3'], 3, /reviews-v9/],
    [['--replications', '2'], 2, /fewer than 3 runs show nothing/],
  ])('refuses %j by its name', async (words, code, message) => {
    const told = await meshshift([...asked, '--out', join(root, 'none'), ...words]);
    expect(told.code).toBe(code);
    expect(told.err).toMatch(message);
  });

  test('moves the weights of an HTTPRoute as well, where nothing scales', async () => {
    const path = join(root, 'http-route');
    const told = await meshshift([
      ...['plan', 'shift', 'scenarios/gateway-api', '-q', '--objective', 'p99 < 400ms'],
      ...['--replications', '3', '--vary', 'steps=25/100', '--vary', 'pause=30s', '--out', path],
    ]);
    expect(told.err).toBe('');
    const { actions } = JSON.parse(readFileSync(join(path, 'plan.json'), 'utf8')) as ShiftPlan;
    expect(actions.map((own) => [own.afterSeconds, own.command])).toEqual([
      [0, 'kubectl apply -f reviews-1-25.yaml'],
      [30, 'kubectl apply -f reviews-2-100.yaml'],
    ]);
    expect(actions[0]!.text).toMatch(
      /kind: HTTPRoute[\s\S]*name: reviews-v1[\s\S]*weight: 75[\s\S]*weight: 25/,
    );
  });

  test('refuses a scenario that shifts nothing', async () => {
    const told = await meshshift([
      'plan',
      'shift',
      'scenarios/circuit-breaking',
      '-q',
      '--objective',
      'p99 < 1s',
      '--out',
      join(root, 'none'),
    ]);
    expect(told.code).toBe(3);
    expect(told.err).toMatch(/no rule weighs two subsets of "httpbin"/);
  });
});
