#!/usr/bin/env node
// The bundle where there is one (made by `npm ci`), else the sources as they are.
import { fileURLToPath } from 'node:url';

// Imported, all of it would be loaded.
const { existsSync } = process.getBuiltinModule('node:fs');
const bundle = new URL('../../dist/cli.mjs', import.meta.url);
if (existsSync(fileURLToPath(bundle))) {
  await import(bundle.href);
} else {
  const { register } = await import('tsx/esm/api');
  register({ tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)) });
  await import(new URL('./main.ts', import.meta.url).href);
}
