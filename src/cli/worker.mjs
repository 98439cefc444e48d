// A worker from the sources, where there is no bundle: Node's workers cannot load TypeScript by themselves.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register({ tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)) });
await import(new URL('./worker.ts', import.meta.url).href);
