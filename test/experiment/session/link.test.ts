import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromFragment, toFragment } from '../../../src/experiment/session/link.ts';
import type { Session } from '../../../src/experiment/session/session.ts';

const session: Session = {
  base: { name: 'workshop' },
  set: ['proxy.selector=counter'],
  seed: 'blue-17',
  journal: [
    { atUs: 1, do: 'apply', text: 'kind: VirtualService # 五十' },
    { atUs: 5_000_001, do: 'refresh', count: 15, everyUs: 2_000_000 },
    { atUs: 40_000_000, do: 'other', entry: { scale: { workload: 'reviews-v1', replicas: 3 } } },
  ],
};

test('a link brings back the session and what the page wants to find again', async () => {
  const linked = { session, page: { lesson: 'a', guess: [4, 11] } };
  const fragment = await toFragment(linked);
  expect(fragment).toMatch(/^1[\w-]+$/);
  expect((await fromFragment(`#${fragment}`)).value).toEqual(linked);
});

test('what is written is raw deflate in base64url, as RFC 1951 and RFC 4648 have it', async () => {
  const json = JSON.stringify({ session });
  const written = `1${deflateRawSync(json).toString('base64url')}`;
  expect((await fromFragment(written)).value).toEqual({ session });
});

test('whatever a link says that is no session is refused in words', async () => {
  const of = (data: unknown): string => `1${deflateRawSync(JSON.stringify(data)).toString('base64url')}`;
  const bomb = `1${deflateRawSync('0'.repeat(20_000_000)).toString('base64url')}`;
  const bad = ['', '#', '2abc', '1', '1!!', '1AAAA', of(1), of({ session: { ...session, seed: 5 } }), bomb];
  for (const fragment of [...bad, of({ session: { ...session, journal: [{ atUs: 0, do: 'refresh' }] } })]) {
    const { value, problems } = await fromFragment(fragment);
    expect(value).toBeUndefined();
    expect(problems).toMatchObject([{ severity: 'error', code: 'MS2019' }]);
  }
});

test('no text whatever makes it throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      expect((await fromFragment(`1${text}`)).problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 200, seed: 1 },
  );
});
