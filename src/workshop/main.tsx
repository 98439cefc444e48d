import { render } from 'preact';
import type { FolderTexts } from '../experiment/session/folder.ts';
import { listenForKeys } from './keys.ts';
import { Store } from './store.ts';
import { App } from './view/app.tsx';

/** The page: its texts stand in it as data, and what is shown is a function of the store. */
const textOf = (id: string): string => document.getElementById(id)!.textContent.trim();
const store = new Store(
  textOf('engine'),
  JSON.parse(textOf('setups')) as Readonly<Record<string, FolderTexts>>,
);
render(<App store={store} />, document.getElementById('desk')!);
listenForKeys(store);
void store.begin(location.hash);
