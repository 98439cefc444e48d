import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { fromFragment } from '../../src/experiment/session/link.ts';
import type { FromWorker } from '../../src/workshop/wire.ts';
import { clockText } from '../../src/workshop/language/number.ts';
import { inBrowser } from '../support/in-browser.ts';
import {
  builtPage,
  busyFolder,
  dropFolder,
  openDesk,
  openPage,
  press,
  seen,
  toDesk,
} from '../support/workshop-page.ts';

const apply = (page: Page): Promise<void> => page.getByRole('button', { name: /^Apply/ }).click();
const slider = (page: Page, version: string) =>
  page.getByRole('slider', { name: `Weight of ${version}, percent` });
/** Microseconds that the time line shows, to the next tenth of a second. */
const clockOf = async (page: Page): Promise<number> =>
  Number(await page.locator('.clock-range').inputValue());
/** Back or on to a moment, where the clock then stands. */
const toMoment = async (page: Page, us: number): Promise<void> => {
  await page.locator('.clock-range').fill(String(us));
  await expect.poll(() => page.locator('.clock-time').innerText()).toContain(clockText(us));
};

/** What seat 1 of class blue sees: chance of its seed alone. */
const blueOne = 'v3 v1 v3 v1 v3 v3 v3 v3 v1 v1 v3 v3 v3 v1 v1';

describe('the file', () => {
  test('is one page of at most 1.5 MB that fetches nothing and tells nothing of the machine that built it', () => {
    const text = readFileSync(builtPage, 'utf8');
    expect(statSync(builtPage).size).toBeLessThan(1.5e6);
    expect(text).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="(?!data:)/);
    const ofThisMachine = [resolve('.'), `${homedir()}/`, `${tmpdir()}/`];
    expect(ofThisMachine.filter((path) => text.includes(path))).toEqual([]);
    expect(text).toContain("default-src 'none'");
    expect(text).not.toMatch(/unsafe-(?:eval|inline)/);
  });
});

describe('what a policy forbids', () => {
  inBrowser('a worker that is refused something says so on the page and on its console', async (own) => {
    const { page, noise, close } = await openPage(own);
    const [worker] = page.workers();
    await worker!.evaluate(() => void fetch('https://example.com/').catch(() => undefined));
    await page.locator('.trouble').waitFor();
    expect(await page.locator('.trouble samp').innerText()).toMatch(/^content policy: connect-src/);
    expect(noise.filter((line) => line.includes('content policy'))).toHaveLength(1);
    await close();
  });
});

describe('a seat', () => {
  inBrowser(
    'sees the same fifteen pages whenever it presses, and the page says and fetches nothing',
    async (own) => {
      const { page, noise, close } = await openPage(own);
      await press(page, 15);
      expect(await seen(page)).toBe(blueOne);
      await page.getByRole('button', { name: 'Lock it in' }).click();
      await expect.poll(() => page.locator('.strip-cell').count()).toBe(0);
      const goesOn = async (us: number): Promise<void> => {
        const atUs = (await clockOf(page)) + us;
        await page.waitForFunction(
          (own) => Number(document.querySelector<HTMLInputElement>('.clock-range')!.value) >= own,
          atUs,
        );
      };
      const button = (name: string) => page.getByRole('button', { name, exact: true });
      for (const between of [
        () => goesOn(300_000),
        () => button('Pause').click(),
        () => button('Step').click(),
        () => button('60×').click(),
        () => button('Play').click(),
        () => goesOn(20_000_000),
        () => button('Pause').click(),
      ]) {
        await press(page, 2);
        await between();
      }
      await press(page, 1);
      expect(await seen(page)).toBe(blueOne);
      expect(noise).toEqual([]);
      await close();
    },
  );

  inBrowser(
    'finds its locked prediction again when its link is opened anew; nothing is revealed before',
    async (own) => {
      const first = await openPage(own);
      expect(await first.page.locator('.lesson-truth').count()).toBe(0);
      for (let step = 0; step < 2; step++) await first.page.locator('[data-handle=high]').press('ArrowRight');
      await first.page.getByRole('button', { name: 'Lock it in' }).click();
      await first.page.locator('.lesson-locked').waitFor();
      await press(first.page, 2);
      const said = await first.page.locator('.lesson-locked').innerText();
      expect(said).toContain('11');
      expect(await first.page.locator('.lesson-truth').count()).toBe(0);
      const hash = (): Promise<string> => first.page.evaluate(() => location.hash);
      await expect.poll(async () => (await fromFragment(await hash())).value?.session.journal.length).toBe(2);
      const fragment = await hash();
      await first.close();
      const { page, noise, close } = await openPage(own, { fragment });
      for (const again of [false, true]) {
        if (again) await page.reload();
        await page.locator('.lesson-locked').waitFor();
        expect(await page.locator('.lesson-locked').innerText()).toBe(said);
        expect(await page.locator('.lesson-truth').count()).toBe(0);
        expect(await seen(page)).toBe(blueOne.slice(0, 5));
      }
      expect(noise).toEqual([]);
      await close();
    },
  );
});

describe('live is the same as a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'desk-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What the page gives for a command line: the words, and the fingerprint that they are to leave. */
  const commandOf = async (page: Page): Promise<readonly [fragment: string, fingerprint: string]> => {
    await page.getByRole('button', { name: 'Command line' }).click();
    await page.locator('.fingerprint').waitFor();
    const command = await page.locator('.copyable textarea').first().inputValue();
    const fingerprint = await page.locator('.fingerprint').innerText();
    await page.getByRole('button', { name: 'Close' }).click();
    return [/#[\w-]+/.exec(command)![0], fingerprint];
  };

  for (const { name, begin } of [
    { name: 'a lesson, alone', begin: undefined },
    {
      name: 'a rule before its subset, 100 pages a second',
      begin: (page: Page) => openDesk(page, 'workshop/g'),
    },
    {
      name: 'a dropped folder, 3,000 pages a second',
      begin: (page: Page) => dropFolder(page, busyFolder(3000)),
    },
  ])
    inBrowser(
      `${name}: the command leaves the fingerprint that the page shows, and so does going back and on`,
      async (own) => {
        const { page, noise, close } = await openPage(own);
        await begin?.(page);
        await press(page, 3);
        if (begin !== undefined) await page.getByRole('button', { name: 'Pause' }).click();
        await page.getByRole('button', { name: 'Play' }).waitFor();
        const middleUs = (Math.ceil((await clockOf(page)) / 1e6) + 1) * 1e6;
        await toMoment(page, middleUs);
        if (begin !== undefined) {
          await slider(page, 'v1').fill('80');
          await apply(page);
          await page.locator('.rule-answer samp').waitFor();
        }
        await press(page, 2);
        const endUs = middleUs + 1_500_000;
        await toMoment(page, endUs);
        const pages = await seen(page);
        const [fragment, shown] = await commandOf(page);
        expect(shown).toMatch(/^[0-9a-f]{64}$/);
        const cwd = join(folder, String(name.length));
        mkdirSync(cwd);
        const run = (...words: string[]): void =>
          void execFileSync(process.execPath, [resolve('src/cli/meshshift.mjs'), ...words], {
            cwd,
            stdio: 'pipe',
          });
        run('new', 'desk', '--from', fragment);
        run('run', 'desk', '--quiet', '--out', 'out');
        const summary = readFileSync(join(cwd, 'out/summary.json'));
        expect(createHash('sha256').update(summary).digest('hex')).toBe(shown);
        // Before what was done last: it is to come again.
        await toMoment(page, middleUs - 500_000);
        expect(await seen(page)).toBe(pages.split(' ').slice(0, 3).join(' '));
        await toMoment(page, endUs);
        expect(await seen(page)).toBe(pages);
        expect((await commandOf(page))[1]).toBe(shown);
        expect(noise).toEqual([]);
        await close();
      },
    );
});

describe('the rule', () => {
  inBrowser(
    'each step of a slider keeps the sum at 100 and a locked one where it is; text and sliders say the same',
    async (own) => {
      const { page, close } = await openPage(own);
      await toDesk(page);
      const values = async (): Promise<number[]> =>
        Promise.all(['v1', 'v2', 'v3'].map(async (own) => Number(await slider(page, own).inputValue())));
      await expect.poll(values).toEqual([50, 0, 50]);
      await page.getByRole('checkbox', { name: 'Keep the weight of v2' }).check();
      await slider(page, 'v1').focus();
      for (let step = 1; step <= 5; step++) {
        await page.keyboard.press('ArrowRight');
        await expect.poll(values).toEqual([50 + step, 0, 50 - step]);
      }
      const editor = page.getByRole('textbox', { name: 'The rule as text' });
      await expect.poll(() => editor.inputValue()).toContain('weight: 55');
      await editor.fill(
        (await editor.inputValue()).replace('weight: 55', 'weight: 30').replace('weight: 45', 'weight: 70'),
      );
      await expect.poll(values).toEqual([30, 0, 70]);
      // Who is locked has 20 and keeps them, up to either end.
      const lockOf = (version: string) =>
        page.getByRole('checkbox', { name: `Keep the weight of ${version}` });
      await lockOf('v2').uncheck();
      await lockOf('v1').check();
      await slider(page, 'v2').fill('20');
      await expect.poll(values).toEqual([30, 20, 50]);
      await lockOf('v1').uncheck();
      await lockOf('v2').check();
      await slider(page, 'v1').focus();
      for (const [key, expected] of [
        ['End', [80, 20, 0]],
        ['ArrowLeft', [79, 20, 1]],
        ['Home', [0, 20, 80]],
      ] as const) {
        await page.keyboard.press(key);
        await expect.poll(values).toEqual(expected);
      }
      await expect.poll(() => editor.inputValue()).toMatch(/weight: 20\n[^]*weight: 80/);
      await close();
    },
  );

  inBrowser(
    'a slip in the text is told with its line, and cannot be applied until it is mended',
    async (own) => {
      const { page, noise, close } = await openPage(own);
      await toDesk(page);
      const editor = page.getByRole('textbox', { name: 'The rule as text' });
      await expect.poll(() => editor.inputValue()).toContain('weight');
      const text = await editor.inputValue();
      const line = text.split('\n').findIndex((each) => each.includes('weight')) + 1;
      await editor.fill(text.replace('weight', 'weigth'));
      const problem = page.locator('.rule-problems li').first();
      await expect.poll(() => problem.innerText()).toContain(`line ${line}`);
      expect(await problem.innerText()).toMatch(/weigth.*weight/s);
      expect(await page.locator('.rule-gutter .is-error').innerText()).toContain(String(line));
      const button = page.getByRole('button', { name: /^Apply/ });
      expect(await button.getAttribute('aria-disabled')).toBe('true');
      expect(await button.getAttribute('aria-describedby')).toBe('rule-refusal');
      expect(await page.locator('#rule-refusal').innerText()).toBe(`mend line ${line} first`);
      await button.click({ force: true });
      expect(await page.locator('.rule-answer').innerText()).toBe('');
      await editor.fill(text);
      await editor.press('Control+Enter');
      await expect
        .poll(() => page.locator('.rule-answer').innerText())
        .toContain('virtualservice.networking.istio.io/reviews');
      expect(noise).toEqual([]);
      await close();
    },
  );
});

inBrowser(
  'at 10,000 pages a second a Refresh is on its way within three messages of the worker, and its page comes',
  async (own) => {
    const { page, close } = await openPage(own);
    await dropFolder(page, busyFolder(10_000));
    await page.getByRole('button', { name: 'max', exact: true }).click();
    // Counted where they are sent: how many wait before the page depends on the machine.
    const worker = page.workers()[0]!;
    await worker.evaluate(() => {
      const scope = globalThis as unknown as Counted;
      const post = scope.postMessage.bind(scope);
      scope.sent = [];
      scope.postMessage = (message) => {
        if (message.kind === 'desk')
          scope.sent.push({
            atMs: performance.timeOrigin + performance.now(),
            pages: message.desk.yours.length,
          });
        post(message);
      };
    });
    const pressedMs = await page.evaluate(() => {
      const nowMs = performance.timeOrigin + performance.now();
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'r' }));
      return nowMs;
    });
    await page.locator('.strip-cell:not(.is-under-way)').waitFor();
    const sent = await worker.evaluate(() => (globalThis as unknown as Counted).sent);
    const since = sent.filter(({ atMs }) => atMs > pressedMs);
    expect(since.slice(0, 3).some(({ pages }) => pages === 1)).toBe(true);
    await close();
  },
);

interface Counted {
  postMessage: (message: FromWorker) => void;
  sent: { readonly atMs: number; readonly pages: number }[];
}
