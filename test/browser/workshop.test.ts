import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { builtPage, busyFolder, openPage, press, seen } from '../support/workshop-page.ts';

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

/** A test of the built page; where there is no browser, it says so once and passes by. */
const inBrowser = (title: string, body: (own: Browser) => Promise<void>): void =>
  test(title, async () => {
    if (browser !== undefined) await body(browser);
  });

const apply = (page: Page): Promise<void> => page.getByRole('button', { name: /^Apply/ }).click();
const linkOf = async (page: Page): Promise<string> => {
  await page.waitForFunction(() => location.hash.length > 10);
  await page.waitForTimeout(500);
  return page.evaluate(() => location.hash);
};

/** What seat 1 of class blue sees: chance of its seed alone. */
const blueOne = 'v3 v1 v3 v1 v3 v3 v3 v3 v1 v1 v3 v3 v3 v1 v1';

describe('the file', () => {
  test('is one page of at most 1.5 MB that fetches nothing and tells nothing of the machine that built it', () => {
    const text = readFileSync(builtPage, 'utf8');
    expect(statSync(builtPage).size).toBeLessThan(1.5e6);
    expect(text).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="(?!data:)/);
    expect(text).not.toContain(resolve('.'));
    expect(text).toContain("default-src 'none'");
    expect(text).not.toMatch(/unsafe-(?:eval|inline)/);
  });
});

describe('a seat', () => {
  inBrowser(
    'sees the same fifteen pages whenever it presses, and the page says and fetches nothing',
    async (own) => {
      for (const pauses of [[], [0, 300, 40, 0, 120, 500]]) {
        const { page, noise, close } = await openPage(own);
        for (let time = 0; time < 15; time++) {
          await press(page, 1);
          await page.waitForTimeout(pauses[time] ?? 0);
        }
        expect(await seen(page)).toBe(blueOne);
        expect(noise).toEqual([]);
        await close();
      }
    },
  );

  inBrowser(
    'finds its locked prediction again when its link is opened anew; nothing is revealed before',
    async (own) => {
      const first = await openPage(own);
      expect(await first.page.locator('.lesson-truth').count()).toBe(0);
      await first.page.getByRole('button', { name: 'Lock it in' }).click();
      await first.page.locator('.lesson-locked').waitFor();
      await press(first.page, 2);
      const said = await first.page.locator('.lesson-locked').innerText();
      expect(await first.page.locator('.lesson-truth').count()).toBe(0);
      const fragment = await linkOf(first.page);
      await first.close();
      const { page, noise, close } = await openPage(own, { fragment });
      await page.locator('.lesson-locked').waitFor();
      expect(await page.locator('.lesson-locked').innerText()).toBe(said);
      expect(await seen(page)).toBe(blueOne.slice(0, 5));
      expect(noise).toEqual([]);
      await close();
    },
  );
});

describe('live is the same as a file', () => {
  inBrowser(
    'the command that the page gives leaves a summary with the fingerprint that the page shows',
    async (own) => {
      const folder = mkdtempSync(join(tmpdir(), 'desk-'));
      try {
        for (const [name, begin] of [
          ['lesson', async () => {}],
          [
            'g',
            async (page: Page) => {
              await page.getByRole('button', { name: 'Free desk' }).click();
              await page.locator('.desk-card select').selectOption('workshop/g');
              await page.getByRole('button', { name: 'Begin', exact: true }).click();
            },
          ],
        ] as const) {
          const { page, noise, close } = await openPage(own);
          await begin(page);
          await press(page, 3);
          if (name === 'g') {
            await page.getByRole('slider', { name: /Weight of v1/ }).fill('80');
            await apply(page);
            await page.locator('.rule-answer samp').waitFor();
            await press(page, 2);
          }
          if (name === 'g') await page.getByRole('button', { name: 'Pause' }).click();
          await page.getByRole('button', { name: 'Command line' }).click();
          await page.locator('.fingerprint').waitFor();
          const shown = await page.locator('.fingerprint').innerText();
          const command = await page.locator('.copyable textarea').first().inputValue();
          const fragment = /#[\w-]+/.exec(command)![0];
          const cwd = join(folder, name);
          execFileSync('mkdir', [cwd]);
          const run = (...words: string[]): void =>
            void execFileSync(process.execPath, [resolve('src/cli/meshshift.mjs'), ...words], {
              cwd,
              stdio: 'pipe',
            });
          run('new', 'desk', '--from', fragment);
          run('run', 'desk', '--quiet', '--out', 'out');
          const summary = readFileSync(join(cwd, 'out/summary.json'));
          expect(createHash('sha256').update(summary).digest('hex')).toBe(shown);
          expect(noise).toEqual([]);
          await close();
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

describe('the rule', () => {
  inBrowser(
    'each step of a slider keeps the sum at 100 and a locked one where it is; text and sliders say the same',
    async (own) => {
      const { page, close } = await openPage(own);
      await page.getByRole('button', { name: 'Free desk' }).click();
      const slider = (version: string) => page.getByRole('slider', { name: `Weight of ${version}, percent` });
      const values = async (): Promise<number[]> =>
        Promise.all(['v1', 'v2', 'v3'].map(async (own) => Number(await slider(own).inputValue())));
      expect(await values()).toEqual([50, 0, 50]);
      await page.getByRole('checkbox', { name: 'Keep the weight of v2' }).check();
      await slider('v1').focus();
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
      await close();
    },
  );

  inBrowser(
    'a slip in the text is told with its line, and cannot be applied until it is mended',
    async (own) => {
      const { page, noise, close } = await openPage(own);
      await page.getByRole('button', { name: 'Free desk' }).click();
      const editor = page.getByRole('textbox', { name: 'The rule as text' });
      await expect.poll(() => editor.inputValue()).toContain('weight');
      const text = await editor.inputValue();
      const line = text.split('\n').findIndex((each) => each.includes('weight')) + 1;
      await editor.fill(text.replace('weight', 'weigth'));
      const problem = page.locator('.rule-problems li').first();
      await expect.poll(() => problem.innerText()).toContain(`line ${line}`);
      expect(await problem.innerText()).toMatch(/weigth.*weight/s);
      expect(await page.getByRole('button', { name: /^Apply/ }).getAttribute('aria-disabled')).toBe('true');
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
  'at 10,000 pages a second a Refresh is answered within three messages of the worker',
  async (own) => {
    const { page, close } = await openPage(own);
    await page.getByRole('button', { name: 'Free desk' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.locator('input[type=file]').setInputFiles(busyFolder());
    // The folder's session is there when its rates are.
    await expect
      .poll(() => page.locator('.part-mesh').innerText(), { timeout: 30_000 })
      .toMatch(/\d,\d{3}\/s/);
    await page.getByRole('button', { name: 'max', exact: true }).click();
    await page.evaluate(() => {
      const clock = document.querySelector('.clock-time')!;
      const counted = globalThis as unknown as { shown: number };
      counted.shown = 0;
      new MutationObserver(() => (counted.shown += 1)).observe(clock, {
        characterData: true,
        subtree: true,
        childList: true,
      });
    });
    const before = await page.locator('.strip-cell').count();
    const needed = await page.evaluate(
      (cells) =>
        new Promise<number>((done) => {
          const counted = globalThis as unknown as { shown: number };
          counted.shown = 0;
          new MutationObserver((_, own) => {
            if (document.querySelectorAll('.strip-cell').length <= cells) return;
            own.disconnect();
            done(counted.shown);
          }).observe(document.querySelector('.strip')!, { childList: true, subtree: true });
          document.dispatchEvent(new KeyboardEvent('keydown', { key: 'r' }));
        }),
      before,
    );
    expect(needed).toBeLessThanOrEqual(3);
    await close();
  },
);

describe('for everybody', () => {
  inBrowser(
    'axe finds nothing serious, in both languages and schemes, lesson and free desk, and on a phone',
    async (own) => {
      for (const locale of ['en', 'zh-CN'])
        for (const colorScheme of ['light', 'dark'] as const)
          for (const width of [1280, 360]) {
            const { page, close } = await openPage(own, {
              locale,
              colorScheme,
              viewport: { width, height: 800 },
            });
            for (const place of ['lesson', 'desk', 'teacher']) {
              if (place !== 'lesson' && width < 500 && (await page.locator('.bar.is-open').count()) === 0)
                await page.locator('.bar-more').click();
              if (place === 'desk') await page.locator('.bar-lessons button').nth(10).click();
              if (place === 'teacher') await page.locator('.bar-tools button').nth(2).click();
              await page.waitForTimeout(300);
              await page.evaluate(axe.source);
              const { violations } = await page.evaluate(() =>
                (
                  globalThis as unknown as {
                    axe: {
                      run(): Promise<{
                        violations: { id: string; impact: string; nodes: { html: string }[] }[];
                      }>;
                    };
                  }
                ).axe.run(),
              );
              const serious = violations
                .filter(({ impact }) => impact === 'serious' || impact === 'critical')
                .map(
                  ({ id, nodes }) =>
                    `${locale} ${colorScheme} ${width} ${place} ${id} ${nodes[0]!.html.slice(0, 160)}`,
                );
              expect(serious).toEqual([]);
            }
            await close();
          }
    },
  );

  inBrowser(
    'nothing scrolls sideways at 320 to 1920 pixels, and no button moves while pages come',
    async (own) => {
      for (const width of [320, 360, 1280, 1920]) {
        const { page, close } = await openPage(own, { viewport: { width, height: 900 } });
        const boxes = (): Promise<string> =>
          page.evaluate(() =>
            JSON.stringify(
              [...document.querySelectorAll('.bar button, .browser-refresh, .desk-clock button')].map(
                (button) => {
                  const { x, width, height } = button.getBoundingClientRect();
                  return [button.textContent, Math.round(x), Math.round(width), Math.round(height)];
                },
              ),
            ),
          );
        await press(page, 1);
        const before = await boxes();
        await press(page, 20);
        expect(await boxes()).toBe(before);
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(wide).toBeLessThanOrEqual(0);
        await close();
      }
    },
  );

  inBrowser('with reduced motion no dot runs', async (own) => {
    const { page, close } = await openPage(own, { reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Free desk' }).click();
    await page.locator('.desk-card select').selectOption('workshop/g');
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.waitForTimeout(1500);
    expect(await page.locator('.mesh-dot').count()).toBe(0);
    await close();
  });

  inBrowser(
    'in Chinese no sentence of the page stays English, but what tools print and the names of things',
    async (own) => {
      const { page, close } = await openPage(own, { locale: 'zh-CN' });
      const english = await page.evaluate(() =>
        [...document.querySelectorAll('h2,h3,p,button,label,dt,caption,summary')]
          .filter((own) => own.closest('[lang=en]') === null && own.querySelector('[lang=en]') === null)
          .map((own) => own.textContent.trim())
          .filter((text) => /[a-z]{3,} [a-z]{2,} [a-z]{2,}/i.test(text) && !/[\u4e00-\u9fff]/.test(text)),
      );
      expect(english).toEqual([]);
      await close();
    },
  );

  inBrowser('names of dropped files are text, whatever they say', async (own) => {
    const { page, noise, close } = await openPage(own);
    await page.getByRole('button', { name: 'Free desk' }).click();
    const name = '<img src=x onerror=alert(1)></script>.yaml';
    await page.locator('input[type=file]').setInputFiles([
      {
        name: 'scenario.yaml',
        mimeType: 'text/yaml',
        buffer: Buffer.from(`kind: Scenario\nspec: { manifests: ['${name}'] }`),
      },
    ]);
    await page.locator('.desk-problems').waitFor();
    expect(await page.locator('.desk-problems img').count()).toBe(0);
    expect(noise).toEqual([]);
    await close();
  });
});

inBrowser('going back and on brings the same pages and the same fingerprint', async (own) => {
  const { page, close } = await openPage(own);
  await press(page, 5);
  const print = async (): Promise<string> => {
    await page.getByRole('button', { name: 'Command line' }).click();
    await page.locator('.fingerprint').waitFor();
    const shown = await page.locator('.fingerprint').innerText();
    await page.getByRole('button', { name: 'Close' }).click();
    return shown;
  };
  const slider = page.locator('.desk-clock [role=slider], .desk-clock input[type=range]').first();
  const toTheEnd = async (): Promise<string> => {
    await slider.focus();
    await page.keyboard.press('End');
    await expect.poll(() => page.locator('.clock-time').innerText()).toContain('00:20.0');
    expect(await seen(page)).toBe(blueOne.slice(0, 14));
    return print();
  };
  const before = await toTheEnd();
  await slider.focus();
  await page.keyboard.press('Home');
  await expect.poll(() => page.locator('.strip-cell').count()).toBe(0);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(await toTheEnd()).toBe(before);
  await close();
});
