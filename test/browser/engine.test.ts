import { build } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { beforeAll, expect } from 'vitest';
import { fingerprint } from '../fingerprints/fingerprint.ts';
import { inBrowser } from '../support/in-browser.ts';

let bundle = '';

beforeAll(async () => {
  const built = await build({
    entryPoints: ['test/browser/engine-entry.ts'],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  });
  bundle = built.outputFiles[0]!.text;
});

const textsOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

type PlayTexts = (texts: Readonly<Record<string, string>>, path: string) => Promise<string>;

for (const name of ['traffic-shifting', 'propagation', 'fifteen-refreshes-2017'])
  inBrowser(`${name}: the same run, byte for byte, in Node and in the browser`, async (browser) => {
    const folder = `scenarios/${name}`;
    const texts = textsOf(folder);
    runInThisContext(bundle);
    const inNode = await (globalThis as unknown as { playTexts: PlayTexts }).playTexts(texts, folder);
    const page = await browser.newPage();
    await page.addScriptTag({ content: bundle });
    const there = await page.evaluate(
      ([own, path]) => (globalThis as unknown as { playTexts: PlayTexts }).playTexts(own, path),
      [texts, folder] as const,
    );
    await page.close();
    expect(fingerprint(there)).toBe(fingerprint(inNode));
    expect(there.length).toBeGreaterThan(1000);
  });
