import type { Page } from 'playwright-core';

/**
 * Words in sight that nobody can read: where they stand, the picture has no two shades of 3:1 (WCAG's contrast of the lightest and the
 * darkest point), whatever the styles say.
 */
export async function wordsWithoutInk(page: Page): Promise<string[]> {
  const picture = (await page.screenshot({ animations: 'disabled' })).toString('base64');
  return page.evaluate(async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const drawing = canvas.getContext('2d', { willReadFrequently: true })!;
    drawing.drawImage(image, 0, 0);
    const linear = Float64Array.from({ length: 256 }, (_, value) =>
      value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    const unread: string[] = [];
    const texts = document.createTreeWalker(document.querySelector('#desk')!, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const holder = node.parentElement!;
      if (node.textContent!.trim() === '' || !holder.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const { x, y, width, height } of range.getClientRects()) {
        const top = document.elementFromPoint(x + width / 2, y + height / 2);
        const isInSight =
          width >= 2 && x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight;
        if (!isInSight || top === null || !(top === holder || top.contains(holder))) continue;
        // Without its edges, which may be of what lies around.
        const [left, head] = [Math.ceil(x) + 1, Math.ceil(y) + 1];
        const [wide, tall] = [Math.floor(x + width) - 1 - left, Math.floor(y + height) - 1 - head];
        const { data } = drawing.getImageData(left, head, Math.max(1, wide), Math.max(1, tall));
        let [darkest, lightest] = [1, 0];
        for (let at = 0; at < data.length; at += 4) {
          const shade =
            0.2126 * linear[data[at]!]! + 0.7152 * linear[data[at + 1]!]! + 0.0722 * linear[data[at + 2]!]!;
          darkest = Math.min(darkest, shade);
          lightest = Math.max(lightest, shade);
        }
        if ((lightest + 0.05) / (darkest + 0.05) < 3) unread.push(node.textContent!.trim());
      }
    }
    return unread;
  }, picture);
}

/** The points of a sign as the page's own letters draw it. */
export const inkOf = (page: Page, sign: string): Promise<number[]> =>
  page.evaluate((own) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [48, 48];
    const drawing = canvas.getContext('2d')!;
    drawing.font = `32px ${getComputedStyle(document.body).fontFamily}`;
    drawing.fillText(own, 4, 36);
    return [...drawing.getImageData(0, 0, 48, 48).data.filter((_, at) => at % 4 === 3)];
  }, sign);
