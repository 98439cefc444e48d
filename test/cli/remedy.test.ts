import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { remedied } from '../../src/record/remedied.ts';
import { meshshift } from '../support/io.ts';

const root = mkdtempSync(join(tmpdir(), 'meshshift-remedy-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const path = join(root, 'one');
const first = meshshift(['remedy', 'scenarios/rule-before-subset', '-q', '--seeds', '2', '--out', path]);

describe('meshshift remedy', () => {
  test('says first what to do, then what it removes, how to apply it, and how to ask again', async () => {
    const { code, out } = await first;
    const text = out.replaceAll(/\s+/g, ' ');
    expect(code).toBe(0);
    expect(text).toMatch(/^Take the remedy \(for subset-missing\): Apply the DestinationRule/);
    expect(text).toContain('removes 100 % of the harm');
    expect(text).toContain(`kubectl apply -f ${path}/1-subset-missing/kubectl/apply.yaml`);
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      `Again: meshshift remedy scenarios/rule-before-subset --seeds 2 --out ${path}`,
    );
  });

  test('leaves a scenario that plays, and holds', async () => {
    await first;
    expect(readFileSync(join(path, '1-subset-missing/kubectl/apply.yaml'), 'utf8')).toContain('name: v3');
    const { out, code } = await meshshift(['run', join(path, '1-subset-missing'), '--no-out', '-q']);
    expect(out).toMatch(/^✓ Holds/);
    expect([0, 4]).toContain(code);
  });

  test('keeps to its published schema', async () => {
    await first;
    const stored: unknown = JSON.parse(readFileSync(join(path, 'remedy.json'), 'utf8'));
    expect(remedied.safeParse(stored).error?.issues.slice(0, 3) ?? []).toEqual([]);
    const { out } = await meshshift(['schema', 'remedy']);
    expect(JSON.parse(out)).toMatchObject({ title: 'meshshift remedies of a run' });
  });

  test('exits with 4 where nothing that is wrong can be mended by a manifest', async () => {
    const { code, out } = await meshshift([
      ...['remedy', 'test/cases/rollout-steps-do-not-act', '-q', '--seeds', '1'],
      ...['--out', join(root, 'none')],
    ]);
    expect(code).toBe(4);
    expect(out).toContain('Not played');
    expect(existsSync(join(root, 'none'))).toBe(false);
  });

  test('run --remedy tells the same below its answer, and leaves it beside the report', async () => {
    const folder = join(root, 'run');
    const { out } = await meshshift([
      ...['run', 'scenarios/rule-before-subset', '-q', '--remedy', '--out', folder],
    ]);
    expect(out.indexOf('Take the remedy')).toBeGreaterThan(out.indexOf('Does not hold'));
    expect(existsSync(join(folder, 'remedy', '1-subset-missing', 'scenario.yaml'))).toBe(true);
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^Again: {2}meshshift run .* --remedy$/);
  });
});

test('refuses more runs than anybody would wait for, before it plays one', async () => {
  for (const seeds of ['1001', '2147483647', '9007199254740993']) {
    const { code, err } = await meshshift([
      'remedy',
      'scenarios/rule-before-subset',
      '--seeds',
      seeds,
      '--no-out',
    ]);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('expected at most 1000 runs') as string,
    });
  }
});
