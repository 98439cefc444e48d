import type { Page } from 'playwright-core';
import { press } from './workshop-page.ts';

/** How somebody acts on a button: with the mouse, or with the keyboard alone. */
export type Hand = 'clicks' | 'keys';

/** Goes through a lesson from its question to its why, by what its card offers; what it reveals. */
export async function throughLesson(page: Page, letter: string, hand: Hand): Promise<string> {
  const use = async (selector: string, place = 0): Promise<void> => {
    const button = page.locator(selector).nth(place);
    if (hand === 'clicks') await button.click({ timeout: 3_000 });
    else {
      await button.focus({ timeout: 3_000 });
      await page.keyboard.press('Enter');
    }
  };
  await use(`.bar-lessons button:text-is("${letter}")`);
  // The card of the lesson before stands until the new one is open.
  await page.locator(`.bar-lessons button[aria-current=page]:text-is("${letter}")`).waitFor();
  await page.locator('.lesson-card .lesson-lock .button').waitFor();
  await choose(page, hand);
  await use('.lesson-card .lesson-lock .button');
  await page.locator('.lesson-locked').waitFor();
  const truth = page.locator('.lesson-truth');
  for (let turn = 0; turn < 60 && (await truth.count()) === 0; turn++) {
    const moves = page.locator('.lesson-tasks li.is-open .lesson-moves button');
    const task = await textOf(page);
    const count = await moves.count();
    if (count === 0) {
      if (letter === 'a' || letter === 'd') await press(page, 15);
      else await page.waitForTimeout(200);
      continue;
    }
    for (let place = 0; place < count; place++) {
      // A move may have done the task, and then its buttons are gone.
      if ((await moves.count()) <= place) break;
      await use('.lesson-tasks li.is-open .lesson-moves button', place).catch(() => {});
      await page.waitForTimeout(100);
      if ((await textOf(page)) !== task) break;
    }
    // What was begun takes its time in the model, and that depends on the machine: wait for the card, not for the clock.
    await page
      .waitForFunction(
        (was) =>
          ((document.querySelector('.lesson-tasks li.is-open') as { innerText: string } | null)?.innerText ??
            '') !== was,
        task,
        { timeout: 20_000 },
      )
      .catch(() => {});
  }
  await truth.waitFor();
  return page.locator('.lesson-reveal').innerText();
}

/** What is to be done now; "": nothing. */
const textOf = (page: Page): Promise<string> =>
  page.evaluate(
    () =>
      (document.querySelector('.lesson-tasks li.is-open') as { innerText: string } | null)?.innerText ?? '',
  );

/** Answers that must be chosen before they can be locked: the first option of each row. */
async function choose(page: Page, hand: Hand): Promise<void> {
  const rows = page.locator('.lesson-card fieldset');
  const groups = (await rows.count()) > 0 ? rows : page.locator('.lesson-card [role=radiogroup]');
  for (let row = 0; row < (await groups.count()); row++) {
    const first = groups.nth(row).locator('input[type=radio], [role=radio], button').first();
    if (hand === 'clicks') await first.click({ force: true });
    else {
      await first.focus();
      await page.keyboard.press('Space');
    }
  }
}
