import { useState } from 'preact/hooks';
import type { Act } from '../../experiment/session/session.ts';
import type { Desk } from '../../experiment/session/desk.ts';
import type { FolderTexts } from '../../experiment/session/folder.ts';
import type { Problem } from '../../manifest/problem.ts';
import { appWords } from '../language/app.ts';
import type { Language } from '../language/language.ts';
import type { SetUp } from '../lesson/lesson.ts';
import './desk-card.css';

interface DeskCardProps {
  readonly language: Language;
  readonly desk: Desk;
  /** What the session that plays began with; a dropped folder has no name. */
  readonly begun: { readonly base: string; readonly seed: string };
  /** The seat that is replayed; undefined: none. */
  readonly replayed: number | undefined;
  readonly problems: readonly Problem[];
  readonly onBegin: (setUp: SetUp) => void;
  readonly onAgain: () => void;
  readonly onAct: (act: Act) => void;
  readonly onFolder: (files: FolderTexts) => void;
}

/** The free desk: nothing is asked. What it begins with, what may be done to the mesh, and a place for a scenario of one's own. */
export function DeskCard(props: DeskCardProps) {
  const { language, desk, onBegin, onAgain, onAct } = props;
  const words = appWords[language];
  const [base, setBase] = useState(props.begun.base);
  const [seed, setSeed] = useState(props.begun.seed);
  const workloads = workloadsOf(desk);
  return (
    <article class="panel desk-card" aria-labelledby="desk-title">
      <h2 class="lesson-title" id="lesson-title" tabIndex={-1}>
        {props.replayed === undefined ? words.deskTitle : words.replayTitle(props.replayed)}
      </h2>
      <p>{props.replayed === undefined ? words.deskText : words.replayText}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onBegin({ base, set: [], seed: seed.trim() === '' ? '42' : seed.trim() });
        }}
      >
        <label>
          {words.setUp}
          <select value={base} onChange={(event) => setBase(event.currentTarget.value)}>
            {Object.entries(words.setUps).map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.seed}
          <input type="text" value={seed} onInput={(event) => setSeed(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button">
          {words.begin}
        </button>
        <button type="button" class="button" onClick={onAgain}>
          {words.again}
        </button>
      </form>
      <details class="fold">
        <summary>{words.deeds}</summary>
        <div class="desk-deeds">
          {[15, 100].map((count) => (
            <button
              key={count}
              type="button"
              class="button"
              onClick={() => onAct({ do: 'refresh', count, everyUs: 200_000 })}
            >
              {count === 15 ? words.fifteen : words.hundred}
            </button>
          ))}
          {workloads.map(({ name, pods }) => (
            <Deeds key={name} name={name} pods={pods} language={language} onAct={onAct} />
          ))}
        </div>
      </details>
      <Folder {...props} />
    </article>
  );
}

function Deeds({
  name,
  pods,
  language,
  onAct,
}: {
  readonly name: string;
  readonly pods: number;
  readonly language: Language;
  readonly onAct: (act: Act) => void;
}) {
  const words = appWords[language];
  const scale = (replicas: number): void =>
    onAct({ do: 'other', entry: { scale: { workload: name, replicas } } });
  return (
    <>
      <button type="button" class="button" onClick={() => scale(pods + 1)}>
        {words.scaleUp(name)}
      </button>
      <button
        type="button"
        class="button"
        aria-disabled={pods === 0}
        onClick={() => pods > 0 && scale(pods - 1)}
      >
        {words.scaleDown(name)}
      </button>
      <button
        type="button"
        class="button"
        aria-disabled={pods === 0}
        onClick={() => pods > 0 && onAct({ do: 'other', entry: { kill: { workload: name, pods: 1 } } })}
      >
        {words.kill(name)}
      </button>
    </>
  );
}

/** A scenario's files, dropped or chosen: read here, sent nowhere. */
function Folder({ language, problems, onFolder }: DeskCardProps) {
  const words = appWords[language];
  const [isOver, over] = useState(false);
  const take = async (list: FileList | null | undefined): Promise<void> => {
    const files = [...(list ?? [])].filter(({ size }) => size < largestFile);
    const texts = await Promise.all(files.map(async (file) => [file.name, await file.text()] as const));
    onFolder(Object.fromEntries(texts));
  };
  return (
    <div
      class={isOver ? 'desk-drop is-over' : 'desk-drop'}
      onDragOver={(event) => {
        event.preventDefault();
        over(true);
      }}
      onDragLeave={() => over(false)}
      onDrop={(event) => {
        event.preventDefault();
        over(false);
        void take(event.dataTransfer?.files);
      }}
    >
      <h3 class="panel-title">{words.dropTitle}</h3>
      <p class="quiet">{words.dropText}</p>
      <label class="button desk-choose">
        {words.choose}
        <input
          class="unseen"
          type="file"
          multiple
          accept=".yaml,.yml,.csv,.log,.har"
          onChange={(event) => void take(event.currentTarget.files)}
        />
      </label>
      {problems.length > 0 && (
        <div role="alert">
          <p>{words.notOpened}</p>
          <ul class="desk-problems">
            {problems.map((own) => (
              <li key={`${own.file}${own.line}${own.message}`}>
                <samp lang="en">
                  {own.file}
                  {own.line === undefined ? '' : `:${own.line}`} {own.code} {own.message}
                </samp>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

const largestFile = 5_000_000;

/** Workloads of the focus, by which people scale and kill, with their pods that are not ending. */
function workloadsOf({ services, focus }: Desk): { readonly name: string; readonly pods: number }[] {
  return services
    .filter(({ name, version }) => name === focus && version !== '')
    .map(({ name, version, pods }) => ({
      name: `${name}-${version}`,
      pods: pods.filter(({ state }) => state !== 'ending').length,
    }));
}
