import { bench, describe } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { busyFolder, openPage, press } from '../support/workshop-page.ts';

/** From the key to the cell of the page that came, in the built page, while 10,000 other pages a second are played. */
describe('a Refresh at the desk', async () => {
  const browser = await launchBrowser();
  const opened = browser === undefined ? undefined : await openPage(browser);
  if (opened !== undefined) {
    await opened.page.getByRole('button', { name: 'Free desk' }).click();
    await opened.page.locator('input[type=file]').setInputFiles(busyFolder(10_000));
    await opened.page.getByRole('button', { name: 'Pause' }).waitFor();
  }

  bench.skipIf(opened === undefined)(
    'beside 10,000 pages a second',
    async () => {
      await press(opened!.page, 1);
    },
    {
      iterations: 30,
      warmupIterations: 3,
      time: 0,
      teardown: async (_, mode) => {
        if (mode === 'run') await browser!.close();
      },
    },
  );
});
