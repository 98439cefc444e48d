import { mkdirSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { openPage, press } from './workshop-page.ts';

// The pictures of the workshop in the README, taken from the built page: seat 1 of class blue, and the clock stands, so that
// they are the same each time on the same machine.

/** A part of the page, or of a picture, in pixels. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Lesson a without the bar and the clock: card, page and strip. */
const part: Box = { x: 0, y: 96, width: 960, height: 784 };
/** As wide as a README shows it. */
const scale = 7 / 8;
const film = { width: part.width * scale, height: part.height * scale };
/** A frame keeps only the tiles that changed, and lies on those before it; tiles that look alike are kept once. */
const tile = { width: 105, height: 35 };
/** Where more than this changed, the whole takes fewer bytes. */
const mostTiles = 38;

interface Tile extends Box {
  /** A data URI. */
  readonly webp: string;
}

interface Frame {
  readonly seconds: number;
  readonly tiles: readonly Tile[];
}

const browser = await launchBrowser();
if (browser === undefined) throw new Error('the pictures need a browser');
mkdirSync('reports/workshop', { recursive: true });

{
  const { page, close } = await openPage(browser, {
    viewport: { width: part.width, height: part.y + part.height + 120 },
    deviceScaleFactor: scale,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  await page.locator('.desk-clock').evaluate((clock) => (clock.style.visibility = 'hidden'));
  const bench = await page.context().newPage();
  const frames: Frame[] = [];
  let before: string | undefined;
  const take = async (seconds: number): Promise<void> => {
    await page.waitForTimeout(300);
    const png = (await page.screenshot({ clip: part })).toString('base64');
    frames.push({ seconds, tiles: await changedTiles(bench, before, png) });
    before = png;
  };
  await take(0.8);
  for (const key of ['ArrowLeft', 'ArrowRight'])
    for (let time = 0; time < 2; time++)
      await page.locator(`[data-handle=${key === 'ArrowLeft' ? 'low' : 'high'}]`).press(key);
  await take(0.7);
  await page.getByRole('button', { name: 'Lock it in' }).click();
  await take(0.6);
  for (const pages of [1, 1, 1, 1, 2, 2, 2, 2]) {
    await press(page, pages);
    await take(0.42);
  }
  await press(page, 3);
  await page.locator('.lesson-truth').waitFor();
  await take(2.5);
  writeFileSync('reports/workshop/desk.svg', filmOf(frames));
  await close();
}

{
  const { page, close } = await openPage(browser, {
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  await page.getByRole('button', { name: 'Free desk' }).click();
  await stand(page);
  await press(page, 6);
  await page.getByRole('slider', { name: /Weight of v1/ }).fill('20');
  await page.getByRole('button', { name: /^Apply/ }).click();
  await page.locator('.rule-answer samp').waitFor();
  await page.getByRole('button', { name: 'Until every proxy has it' }).click();
  await page.waitForTimeout(1000);
  await press(page, 5);
  await page.evaluate(() => {
    (document.activeElement as HTMLElement).blur();
    scrollTo(0, 0);
  });
  await page.waitForTimeout(1000);
  await page.screenshot({ path: 'reports/workshop/desk.png' });
  await close();
}

await browser.close();

/** Stops the clock three seconds in, when every proxy has its first rules. */
async function stand(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('.clock-range').fill('3000000');
  await page.locator('.clock-time', { hasText: '00:03.0' }).waitFor();
}

/** The tiles in which two screenshots differ (all, where there is none before), as the second has them. */
function changedTiles(bench: Page, before: string | undefined, png: string): Promise<Tile[]> {
  return bench.evaluate(
    async ({ before, png, tile, film, mostTiles }) => {
      const options = { willReadFrequently: true };
      const drawn: CanvasRenderingContext2D[] = [];
      for (const base64 of [before, png]) {
        const { width, height } = film;
        const canvas: HTMLCanvasElement = Object.assign(document.createElement('canvas'), { width, height });
        const context = canvas.getContext('2d', options) as CanvasRenderingContext2D;
        drawn.push(context);
        if (base64 === undefined) continue;
        const image = new Image();
        image.src = `data:image/png;base64,${base64}`;
        await image.decode();
        context.drawImage(image, 0, 0);
      }
      const [old, now] = drawn;
      const changed: Box[] = [];
      for (let y = 0; y < film.height; y += tile.height)
        for (let x = 0; x < film.width; x += tile.width) {
          const height = Math.min(tile.height, film.height - y);
          const width = Math.min(tile.width, film.width - x);
          const { data } = old!.getImageData(x, y, width, height);
          if (now!.getImageData(x, y, width, height).data.some((value, index) => value !== data[index]))
            changed.push({ x, y, width, height });
        }
      const boxes = changed.length > mostTiles ? [{ x: 0, y: 0, ...film }] : changed;
      return boxes.map(({ x, y, width, height }) => {
        const own: HTMLCanvasElement = Object.assign(document.createElement('canvas'), { width, height });
        const context = own.getContext('2d') as CanvasRenderingContext2D;
        context.putImageData(now!.getImageData(x, y, width, height), 0, 0);
        return { x, y, width, height, webp: own.toDataURL('image/webp', 0.35) };
      });
    },
    { before, png, tile, film, mostTiles },
  );
}

/** Frames one after the other, over and over; where motion is not wanted, or not known, the last one. */
function filmOf(frames: readonly Frame[]): string {
  const whole = frames.reduce((sum, { seconds }) => sum + seconds, 0);
  let begun = 0;
  const pictures = new Map<string, { readonly id: string; readonly picture: Tile }>();
  const rules: string[] = [];
  const groups = frames.map(({ seconds, tiles }, number) => {
    const from = ((100 * begun) / whole).toFixed(2);
    begun += seconds;
    if (number > 0)
      rules.push(
        `.f${number}{animation-name:f${number}}@keyframes f${number}{0%{opacity:0}${from}%{opacity:1}}`,
      );
    const uses = tiles.map((picture) => {
      const { webp, x, y } = picture;
      if (!pictures.has(webp)) pictures.set(webp, { id: `p${pictures.size}`, picture });
      return `<use href="#${pictures.get(webp)!.id}" x="${x}" y="${y}"/>`;
    });
    return `<g class="f${number}">${uses.join('')}</g>`;
  });
  const images = [...pictures.values()].map(
    ({ id, picture: { width, height, webp } }) =>
      `<image id="${id}" width="${width}" height="${height}" href="${webp}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${film.width} ${film.height}" role="img">
<title>Lesson a: a line is drawn and locked, fifteen refreshes show red stars nine times, and the law of chance is revealed</title>
<style>g{animation:${whole.toFixed(2)}s step-end infinite}${rules.join('')}@media (prefers-reduced-motion:reduce){g{animation:none}}</style>
<defs>
${images.join('\n')}
</defs>
${groups.join('\n')}
</svg>
`;
}
