import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { inBrowser } from '../support/in-browser.ts';
import { openPage, seen } from '../support/workshop-page.ts';

/** Rows of the teacher's table: red pages, so many of the class, so many expected, and where 90 % of classes lie. */
const rowsOf = (page: Page): Promise<string[][]> =>
  page
    .locator('.teacher-result tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
/** That a session of fifteen has so many red pages: C(15, k) / 2^15. */
const law = Array.from({ length: 16 }, (_, reds) => choose(15, reds) / 2 ** 15);
/** The least count that so many classes of thirty do not exceed. */
const quantile = (chance: number, share: number): number => {
  let [count, below] = [0, 0];
  while ((below += choose(30, count) * chance ** count * (1 - chance) ** (30 - count)) < share) count += 1;
  return count;
};

inBrowser(
  'a class: sixteen counts are held against the law, pooled, and against what its seeds play',
  async (own) => {
    const { page, noise, close } = await openPage(own);
    await page.getByRole('button', { name: 'Teacher' }).click();
    const result = page.locator('.teacher-result');
    expect(await result.innerText()).toContain('No session yet');
    const hands = [0, 0, 0, 1, 1, 3, 4, 6, 6, 4, 3, 1, 1, 0, 0, 0];
    for (const [reds, count] of hands.entries())
      await page.getByRole('spinbutton', { name: `${reds} red`, exact: true }).fill(String(count));
    const rows = await rowsOf(page);
    expect(rows.map(([, count]) => Number(count))).toEqual(hands);
    expect(rows.map((row) => row[2])).toEqual(law.map((chance) => (30 * chance).toFixed(1)));
    expect(rows.map((row) => row[3]!.split(' to ').map(Number))).toEqual(
      law.map((chance) => [...new Set([quantile(chance, 0.05), quantile(chance, 0.95)])]),
    );
    // 225 of 450, within 98 / sqrt(450 + 3.84) = 4.6 points; 1 - (1 - 1152/32768)^30 = 65.8 %.
    const said = (await result.innerText()).replaceAll('\u00a0', ' ');
    expect(said).toMatch(/225 red of 450 pages: 50 %, so the weight is within 45.4 % – 54.6 %/);
    expect(said).toMatch(/somebody of 30 sees 12:3 or worse has a chance of 65.8 %; from 20 seats/);
    // Eleven where the law has room for two.
    expect(await page.locator('.teacher-result tr.is-off').count()).toBe(0);
    await page.getByRole('spinbutton', { name: '3 red', exact: true }).fill('11');
    expect(await page.locator('.teacher-result tr.is-off th').allInnerTexts()).toEqual(['3']);

    await page.getByRole('button', { name: 'Play the whole class' }).click();
    await page.getByRole('button', { name: 'From the seeds', pressed: true }).waitFor();
    expect((await rowsOf(page)).slice(4, 12).map(([, count]) => Number(count))).toEqual([
      2, 1, 3, 7, 6, 7, 2, 2,
    ]);
    expect(await result.innerText()).toMatch(/233 red of 450 pages/);
    // Seat 2 plays ten (test/workshop/class): who says eleven mistyped.
    await page.getByRole('button', { name: 'Tallies pasted' }).click();
    await page.getByRole('textbox', { name: /Tallies/ }).fill('1 9\nblue-2: 11\nhello');
    await expect.poll(() => page.locator('.teacher').innerText()).toContain('seat 2: 11 said, 10 played');
    expect(await page.locator('.teacher-refused').first().innerText()).toContain('Line 3');

    await page.locator('.teacher').getByRole('spinbutton', { name: 'Seat', exact: true }).fill('1');
    await page.getByRole('button', { name: /^Replay/ }).click();
    await page.keyboard.press('4');
    await expect.poll(() => seen(page)).toBe('v3 v1 v3 v1 v3 v3 v3 v3 v1 v1 v3 v3 v3 v1 v1');
    expect(noise).toEqual([]);
    await close();
  },
);

inBrowser('the student sheet is one printed side of A4, in both languages, and nothing else', async (own) => {
  for (const locale of ['en', 'zh-CN']) {
    const { page, close } = await openPage(own, { locale });
    await page.locator('.bar-tools button').nth(2).click();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.sheet').innerText()).toMatch(
      locale === 'en' ? /Ten predictions/ : /十个预测/,
    );
    expect(await page.locator('.sheet-predictions tbody tr').count()).toBe(10);
    expect(await page.locator('.sheet-cells').nth(1).locator('li').count()).toBe(16);
    expect(await page.locator('.teacher').isVisible()).toBe(false);
    const printed = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(printed.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    // 210 x 297 mm in points of 1/72 inch.
    const [, wide, tall] = /\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]/.exec(printed)!;
    expect([Number(wide), Number(tall)].map(Math.round)).toEqual([595, 842]);
    await close();
  }
});
