import type { ElementHandle, Page } from 'playwright-core';
import { press } from './workshop-page.ts';

/** How somebody acts on a button: with the mouse, or with the keyboard alone. */
export type Hand = 'clicks' | 'keys';

export interface Passed {
  /** What the card revealed. */
  readonly reveal: string;
  /** Why it is so. */
  readonly why: string;
}

/** Goes through a lesson from its question to its why, by what its card offers. */
export async function throughLesson(page: Page, letter: string, hand: Hand): Promise<Passed> {
  const use = async (button: ElementHandle): Promise<void> => {
    if (hand === 'clicks') return button.click();
    await tabTo(page, button);
    await page.keyboard.press('Enter');
  };
  const steps = page.locator('.lesson-step');
  const truth = page.locator('.lesson-truth');
  await use(await page.waitForSelector(`.bar-lessons button:text-is("${letter}")`));
  // The card of the lesson before stands until the new one is open.
  await page.waitForSelector(`.bar-lessons button[aria-current=page]:text-is("${letter}")`);
  const lock = await page.waitForSelector('.lesson-lock .button');
  await choose(page, hand);
  const before = await steps.count();
  if ((await truth.count()) > 0) throw new Error('it is revealed before it is predicted');
  await use(lock);
  await page.locator('.lesson-locked').waitFor();
  for (let turn = 0; turn < 60 && (await truth.count()) === 0; turn++) {
    const task = await openTask(page);
    const moves = await page.$$('.lesson-tasks li.is-open .lesson-moves button');
    // Where the card offers no button, Refresh is what is asked for.
    if (moves.length === 0 && task !== '') await press(page, 15);
    for (const move of moves) {
      // The clock goes on: a task may be done, and its buttons gone, before one comes to them.
      await use(move).catch(async (error: unknown) => {
        if (await move.evaluate((own) => own.isConnected)) throw error;
      });
      await quiet(page, task, 6);
    }
    await quiet(page, task, 30);
  }
  if ((await steps.count()) !== before + 1) throw new Error('the reveal is without its why');
  return {
    reveal: await page.locator('.lesson-reveal').innerText(),
    why: await steps.last().locator('p').first().innerText(),
  };
}

/** Tab by Tab, as whoever has no mouse comes to a thing. */
async function tabTo(page: Page, target: ElementHandle): Promise<void> {
  for (let tab = 0; tab < 150; tab++) {
    if (await target.evaluate((own) => own === document.activeElement)) return;
    if (!(await target.evaluate((own) => own.isConnected))) break;
    await page.keyboard.press('Tab');
  }
  throw new Error('no Tab comes there');
}

/** What is to be done now, without how far it is; "": nothing. */
const openTask = (page: Page): Promise<string> =>
  page.evaluate(() => document.querySelector('.lesson-tasks li.is-open p')?.firstChild?.textContent ?? '');

/** Until another task is open, or the clock has shown the same for so many frames, or goes on for long. */
const quiet = (page: Page, task: string, frames: number): Promise<unknown> =>
  page.evaluate(
    async ([was, enough]) => {
      let [time, same] = ['', 0];
      for (let frame = 0; frame < 150 && same < enough; frame++) {
        await new Promise(requestAnimationFrame);
        const open = document.querySelector('.lesson-tasks li.is-open p')?.firstChild?.textContent ?? '';
        if (open !== was) return;
        const now = document.querySelector('.clock-time')!.textContent;
        same = now === time ? same + 1 : 0;
        time = now;
      }
    },
    [task, frames] as const,
  );

/** Answers that must be chosen before they can be locked: the first option of each row. */
async function choose(page: Page, hand: Hand): Promise<void> {
  for (const first of await page.$$('.lesson-card fieldset label:first-of-type input')) {
    if (hand === 'clicks') await first.click();
    else {
      await tabTo(page, first);
      await page.keyboard.press('Space');
    }
  }
}
