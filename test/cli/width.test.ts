import { expect, test } from 'vitest';
import { meshshift } from '../support/io.ts';

const manifests = ['bookinfo.yaml', 'destination-rule-all.yaml', 'bookinfo-gateway.yaml'].flatMap((file) => [
  '-f',
  `scenarios/traffic-shifting/${file}`,
]);

test.each([
  { words: ['plan', 'sample', '--share', '10%', '--within', '2%', '--errors', '1%,2%', '--rps', '50'] },
  { words: ['routes', 'scenarios/traffic-shifting', '--at', '60.2s'] },
  { words: ['routes', ...manifests] },
  { words: ['routes', ...manifests, '--proxy', 'gateway'] },
])('$words.0 $words.1 $words.2 keeps to 60 and to 100 columns', async ({ words }) => {
  for (const width of [60, 100]) {
    const { out, code } = await meshshift(words, '', process.cwd(), width);
    expect(code).toBe(0);
    // The command to repeat is one line, to be copied.
    const long = out.split('\n').filter((line) => line.length > width && !line.startsWith('meshshift '));
    expect(long).toEqual([]);
  }
});

test('plan sample at 60 columns tells each number, and how it was found', async () => {
  const words = ['plan', 'sample', '--share', '10%', '--within', '2%', '--rps', '50'];
  const { out } = await meshshift(words, '', process.cwd(), 60);
  const text = out.replace(/\s+/g, ' ');
  // 1 - 0.9^29 = 0.953 is the first above 0.95; 29 of them take 0.58 s at 50 a second.
  expect(text).toContain('see the version at all, 95 % sure: requests 29, time 0.58 s');
  expect(text).toContain(
    'see the version at all, 95 % sure: exact: smallest n with 1 - (1 - p)^n at least that.',
  );
});
