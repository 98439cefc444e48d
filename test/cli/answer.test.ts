import { describe, expect, test } from 'vitest';
import { guessedText } from '../../src/report/guessed.ts';
import { meshshift } from '../support/io.ts';

const shared = ['run', 'test/cases/two-services-same-pods', '--no-out'];

describe('the answer of a run', () => {
  test('stands first: the worst harm with its numbers, why, and what to do', async () => {
    const { out } = await meshshift(shared);
    const text = out.replaceAll(/\s+/g, ' ');
    expect(text).toMatch(
      /^✗ Does not hold: web-stable and web-canary have the same pods .* - Why: .* - What to do: Let web-stable select the pods of web-stable alone/,
    );
    // Luck stands below it.
    expect(text.indexOf('kept to its weights')).toBeGreaterThan(text.indexOf('Also'));
  });

  test('is a tick where all pages came whole and each split is within chance', async () => {
    const { out } = await meshshift(['run', 'scenarios/fifteen-refreshes', '--no-out']);
    expect(out).toMatch(/^✓ Holds: All 15 pages came whole, none took longer than 1 s\./);
  });

  test.each([
    { on: 'fault', code: 4 },
    { on: 'destinations-share-pods', code: 4 },
    { on: 'harm', code: 4 },
    { on: 'capacity', code: 0 },
    { on: 'hot-pod,no-route', code: 0 },
    { on: 'luck', code: 2 },
  ])('--fail-on $on: exit code $code', async ({ on, code }) => {
    expect((await meshshift([...shared, '--fail-on', on])).code).toBe(code);
  });
});

// istio pilot/pkg/model/config.go: by creationTimestamp, then name; never by the order of a file.
test('of two rules for one gateway the older one stands first, wherever it stands in the export', async () => {
  const folder = 'test/cases/older-rule-listed-second';
  const files = ['gateway', 'services', 'rules-exported'].flatMap((file) => ['-f', `${folder}/${file}.yaml`]);
  const { out } = await meshshift(['routes', ...files, '--proxy', 'gateway']);
  expect(out.indexOf('/shop/*')).toBeLessThan(out.indexOf('/shop/orders/*'));
  expect(out).toMatch(/\/shop\/\*\s+site\s.*VirtualService site-edge\.default/);
});

test('guesses are told in a line, and nothing where all is known', () => {
  const numbers = [{ name: 'pages', value: '20', from: '2', to: '200', what: 'pages a second' }];
  const calls = [{ from: 'web', to: 'cart', reason: 'CART_ADDR' }];
  expect(guessedText({ numbers, calls }, 'my')).toEqual([
    'Guessed, not measured: pages 20, 1 call. Which of them matter: meshshift explain my',
  ]);
  expect(guessedText({ numbers: [], calls: [] }, 'my')).toEqual([]);
});
