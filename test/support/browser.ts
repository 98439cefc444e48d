import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/**
 * A headless Chromium: CHROME_PATH where it is set, else the one that comes from npm (Linux x64 only). Undefined, with a
 * word on why, where there is none; where MESHSHIFT_REQUIRE_BROWSER is set, that is an error.
 */
export async function launchBrowser(): Promise<Browser | undefined> {
  try {
    const own = process.env['CHROME_PATH'];
    if (own !== undefined && own !== '') {
      if (!existsSync(own)) throw new Error(`CHROME_PATH names ${own}, which does not exist`);
      return await chromium.launch({ executablePath: own, args: ['--no-sandbox', ...quiet], timeout: 0 });
    }
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      throw new Error(
        `the browser from npm runs on Linux x64 only, this is ${process.platform} ${process.arch}; set CHROME_PATH`,
      );
    }
    const { default: packaged } = await import('@sparticuz/chromium');
    // The package's own flags are for servers: they take web security away, and draw by an emulated graphics card.
    return await chromium.launch({
      executablePath: await packaged.executablePath(),
      args: ['--no-sandbox', '--disable-gpu', ...quiet],
      timeout: 0,
    });
  } catch (error) {
    if (process.env['MESHSHIFT_REQUIRE_BROWSER'] !== undefined) throw error;
    console.warn(`browser tests are skipped: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

const quiet = ['--disable-background-networking', '--no-first-run', '--disable-sync', '--disable-quic'];
