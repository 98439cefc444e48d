// A worker from the sources, where there is no bundle: Node's workers cannot load TypeScript by themselves.
import { register } from 'tsx/esm/api';

register();
await import(new URL('./worker.ts', import.meta.url).href);
