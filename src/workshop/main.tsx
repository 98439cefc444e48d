import { render } from 'preact';
import type { FolderTexts } from '../experiment/session/folder.ts';
import { listenForKeys } from './keys.ts';
import { Store } from './store.ts';
import { unpacked } from './unpacked.ts';
import { App } from './view/app.tsx';

/** The page: its texts stand in it as data, and what is shown is a function of the store. */
const textOf = (id: string): string => document.getElementById(id)!.textContent.trim();
const desk = document.getElementById('desk')!;

async function begin(): Promise<void> {
  const setups = JSON.parse(textOf('setups')) as Readonly<Record<string, FolderTexts>>;
  const store = new Store(await unpacked(textOf('engine')), setups);
  render(<App store={store} />, desk);
  listenForKeys(store);
  await store.begin(location.hash);
}

if ('DecompressionStream' in globalThis) void begin();
else
  desk.textContent =
    'This page needs a browser that can unpack it: Chrome or Edge 80, Firefox 113, Safari 16.4, or a later one.';
