import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessLogOf, reviewsHalf } from '../support/check-files.ts';
import { meshshift } from '../support/io.ts';

/** Clears a screen, names a window (OSC), and turns what follows around; in YAML and JSON as they escape it. */
const hostile = '\u001b[2J\u001b]0;mine\u0007\u009b31m\u202e';
const inYaml = '\\e[2J\\e]0;mine\\a\\u009b31m\\u202e';
const shown = '\\x1b[2J\\x1b]0;mine\\x07\\u009b31m\\u202e';

const folder = mkdtempSync(join(tmpdir(), 'meshshift-hostile-'));
const scenario = join(folder, 'shift');

beforeAll(() => {
  cpSync('scenarios/fifteen-refreshes', scenario, { recursive: true });
  const change = (file: string, ...pairs: [RegExp, string][]): void => {
    const path = join(scenario, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      pairs.reduce((before, [from, to]) => before.replace(from, to), text),
    );
  };
  change(
    'scenario.yaml',
    [/name: fifteen-refreshes/, `name: "shift${inYaml}"`],
    [/title: .*/, `title: "title${inYaml}"`],
    [/name: browser/, `name: "browser${inYaml}"`],
  );
  const half = 'virtual-service-reviews-50-v3.yaml';
  change('scenario.yaml', [new RegExp(half), `"half${inYaml}.yaml"`]);
  change(half, [/- route:/, `- name: "half${inYaml}"\n      route:`]);
  change('virtual-service-all-v1.yaml', [/- route:/g, `- name: "all${inYaml}"\n      route:`]);
  renameSync(join(scenario, half), join(scenario, `half${hostile}.yaml`));
  writeFileSync(join(folder, 'broken.yaml'), `kind: Service${hostile}\n  a: [\n`);
  writeFileSync(join(folder, 'rule.yaml'), reviewsHalf.replace('weight: 50', `weigth: "${inYaml}"`));
  writeFileSync(join(folder, 'seen.log'), accessLogOf(['v1', `v3${hostile}`, 'v1']).repeat(9));
  writeFileSync(join(folder, `junk${hostile}.log`), 'no request\n');
  writeFileSync(join(folder, 'changes.txt'), `12:00${hostile}=v1=1\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const weights = ['--weights', 'v1=50,v3=50'];

describe('what would speak to the terminal is written out', () => {
  test.each([
    ['run', ['run', scenario, '--no-out']],
    ['run -o json', ['run', scenario, '--no-out', '-o', 'json']],
    ['run -o yaml', ['run', scenario, '--no-out', '-o', 'yaml']],
    ['run -o ndjson', ['run', scenario, '--no-out', '-o', 'ndjson']],
    ['explain', ['explain', scenario]],
    ['explain -o yaml', ['explain', scenario, '-o', 'yaml']],
    ['validate', ['validate', join(folder, 'rule.yaml'), join(folder, 'broken.yaml')]],
    ['validate -o json', ['validate', join(folder, 'rule.yaml'), '-o', 'json']],
    ['get -o json', ['get', scenario, 'virtualservice', '-o', 'json', '--at', '3s']],
    ['get -o yaml', ['get', scenario, 'virtualservice', 'reviews', '-o', 'yaml', '--at', '3s']],
    ['get of a kind that is none', ['get', scenario, `vs${hostile}`]],
    ['routes -o json', ['routes', scenario, '--at', '3s', '-o', 'json']],
    ['routes of no such pod', ['routes', scenario, '--pod', hostile]],
    ['trace', ['trace', scenario, '--request', '5']],
    ['trace -o json', ['trace', scenario, '--request', '5', '-o', 'json']],
    ['check', ['check', join(folder, 'seen.log'), '--host', 'reviews', ...weights]],
    ['check --follow', ['check', '-', '--follow', '--host', 'reviews', ...weights]],
    ['check of other lines', ['check', join(folder, `junk${hostile}.log`), '--host', 'reviews', ...weights]],
    ['check --seen', ['check', '--seen', `v1${hostile}=3`, ...weights]],
    ['check --changes', ['check', '--sequence', '1,1', '--changes', join(folder, 'changes.txt'), ...weights]],
    ['a command that is none', [`run${hostile}`]],
    ['a file that is none', ['run', `none${hostile}`]],
    ['new --from', ['new', join(folder, 'new'), '--from', hostile]],
    ['plan shift', ['plan', 'shift', scenario, '--objective', `p99${hostile}`]],
    ['report', ['report', `none${hostile}`]],
  ])('by %s', async (_, words) => {
    const log = readFileSync(join(folder, 'seen.log'), 'utf8');
    const { out, err } = await meshshift(words, log);
    // Letters, line breaks and tabs; no control, no mark of direction.
    expect(`${out}${err}`).not.toMatch(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
    expect(`${out}${err}`).toMatch(/\\(x1b|u001b|e)\[2J/);
  });
});

test('a stored name is in JSON what it was, although it is printed as escapes', async () => {
  const { out } = await meshshift(['run', scenario, '--no-out', '-o', 'json']);
  expect((JSON.parse(out) as { scenario: { name: string } }).scenario.name).toBe(`shift${hostile}`);
});

test('the report shows the same signs in text and in Markdown', async () => {
  const path = join(folder, 'out');
  await meshshift(['run', scenario, '--out', path]);
  const screen = await meshshift(['report', path]);
  const text = await meshshift(['report', path, '--full']);
  const markdown = await meshshift(['report', path, '-o', 'markdown']);
  expect(screen.out).toContain(`browser${shown}`);
  expect(text.out).toContain(`half${shown}`);
  expect(markdown.out).toMatch(/browser\\\\x1b\\\[2J/);
});
