import { signal } from '@preact/signals';
import { render } from 'preact';
import type { Desk } from '../experiment/session/desk.ts';
import type { FolderTexts } from '../experiment/session/folder.ts';
import { Engine } from './engine.ts';
import { inBoth, languages, type Language } from './language/language.ts';

const desk = signal<Desk | undefined>(undefined);
const trouble = signal<readonly string[]>([]);
const language = signal<Language>(languages.find((own) => navigator.language.startsWith(own)) ?? 'en');

const words = inBoth({
  en: { refresh: 'Refresh', pages: (count: number) => `${count} pages` },
  zh: { refresh: '刷新', pages: (count) => `${count} 个页面` },
});

const textOf = (id: string): string => document.getElementById(id)!.textContent.trim();
const engine = new Engine(
  textOf('engine'),
  JSON.parse(textOf('setups')) as Readonly<Record<string, FolderTexts>>,
  {
    desk: (own) => {
      desk.value = own;
    },
    trouble: (message) => {
      trouble.value = [...trouble.value, message];
      console.error(message);
    },
  },
);
void engine.ask('open', {
  session: { base: { name: 'workshop' }, set: [], seed: '42', journal: [] },
  untilUs: 0,
});

function Page() {
  const own = words[language.value];
  const { yours = [] } = desk.value ?? {};
  const press = (): void => void engine.ask('act', { act: { do: 'refresh', count: 1, everyUs: 0 } });
  return (
    <main>
      <button type="button" onClick={press}>
        {own.refresh}
      </button>
      <p>{own.pages(yours.length)}</p>
      <ol>
        {yours.map(({ number, version }) => (
          <li key={number}>{version}</li>
        ))}
      </ol>
      {trouble.value.map((message) => (
        <p key={message} role="alert">
          {message}
        </p>
      ))}
    </main>
  );
}

render(<Page />, document.getElementById('desk')!);
