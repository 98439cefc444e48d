import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Desk, YourPage } from '../../experiment/session/desk.ts';
import { drawnPageWords } from '../language/drawn-page.ts';
import type { Language } from '../language/language.ts';
import { countIn } from '../language/number.ts';
import { stripWords } from '../language/strip.ts';
import { versionWords } from '../language/version.ts';
import { looksOf, type Look } from './look.ts';
import { outcomeOf } from './outcome.ts';
import { runsOf, tallyOf } from './tally.ts';
import { VersionMark } from './version-mark.tsx';
import './strip.css';

interface StripProps {
  readonly desk: Desk;
  readonly language: Language;
  /** Number of the page whose draw is shown. */
  readonly chosen?: number | undefined;
  readonly onChoose: (number: number) => void;
  /** So many pages are asked for. */
  readonly target?: number | undefined;
}

/** More cells than that help nobody. */
const mostCells = 120;

/** Every page that you have seen, as a cell with a sign and a word; one tab stop, arrow keys inside. */
export function Strip({ desk, language, chosen, onChoose, target }: StripProps) {
  const words = stripWords[language];
  const pages = desk.yours;
  const lookOf = looksOf(desk.versions);
  const drawn = pages.slice(-mostCells);
  const [stop, setStop] = useState<number | undefined>(undefined);
  const list = useRef<HTMLOListElement>(null);
  const stopAt = drawn.some(({ number }) => number === stop) ? stop : (drawn.at(-1)?.number ?? 0);
  const done = pages.filter((page) => page.tookUs !== undefined).length;
  const empty = target === undefined ? 0 : Math.min(mostCells, target) - drawn.length;

  // The newest page is in sight, unless somebody goes along the pages.
  useLayoutEffect(() => {
    const cells = list.current;
    if (cells !== null && !cells.contains(document.activeElement)) cells.scrollTop = cells.scrollHeight;
  }, [pages.length]);

  const move = (event: KeyboardEvent): void => {
    const at = drawn.findIndex(({ number }) => number === stopAt);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: drawn.length - 1 }[event.key];
    const page = next === undefined ? undefined : drawn[next];
    if (page === undefined || next === undefined) return;
    event.preventDefault();
    setStop(page.number);
    list.current?.querySelectorAll('button')[next]?.focus();
  };

  return (
    <section class="panel strip" aria-label={words.title}>
      <div class="panel-head">
        <h2 class="panel-title">{words.title}</h2>
        <span class="strip-count">
          {target === undefined ? words.pages(done) : words.ofTarget(done, target)}
        </span>
      </div>
      <ol class="strip-cells" ref={list} onKeyDown={move} start={drawn[0]?.number ?? 1}>
        {drawn.map((page) => (
          <li key={page.number}>
            <Cell
              {...{ page, desk, language }}
              look={lookOf(page.version)}
              isStop={page.number === stopAt}
              isChosen={page.number === chosen}
              onChoose={() => {
                setStop(page.number);
                onChoose(page.number);
              }}
            />
          </li>
        ))}
        {Array.from({ length: Math.max(0, empty) }, (_, i) => (
          <li key={`empty ${i}`} class="strip-empty" aria-hidden="true" />
        ))}
      </ol>
      <Tally desk={desk} language={language} lookOf={lookOf} />
      <p class="quiet">
        {pages.length > drawn.length && `${words.earlier(pages.length - drawn.length)} `}
        {pages.length === 0 && target === undefined ? words.none : words.hint}
      </p>
    </section>
  );
}

function Cell(cell: {
  readonly page: YourPage;
  readonly desk: Desk;
  readonly language: Language;
  readonly look: Look;
  readonly isStop: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const { page, look } = cell;
  const outcome = outcomeOf(page);
  const name = nameOf(page, cell.desk, cell.language);
  return (
    <button
      type="button"
      class={`strip-cell ${look.hue} is-${outcome.replace(' ', '-')}${page.isStale ? ' is-stale' : ''}`}
      tabIndex={cell.isStop ? 0 : -1}
      aria-current={cell.isChosen ? 'true' : undefined}
      aria-label={name}
      title={name}
      onClick={cell.onChoose}
    >
      {outcome === 'shown' ? (
        <VersionMark look={look} />
      ) : (
        <span class="strip-sign" aria-hidden="true">
          {signs[outcome]}
        </span>
      )}
      <span class="strip-word">
        {outcome === 'shown'
          ? page.version
          : outcome === 'failed'
            ? page.status || '–'
            : outcome === 'without'
              ? stripWords[cell.language].short
              : '\u00a0'}
      </span>
    </button>
  );
}

const signs = { 'under way': '…', failed: '✕', without: '!' } as const;

/** "page 9: red stars, reviews v3, by an older rule" */
function nameOf(page: YourPage, desk: Desk, language: Language): string {
  const words = stripWords[language];
  const outcome = outcomeOf(page);
  const comma = language === 'zh' ? '，' : ', ';
  const mark = desk.versions.find(({ key }) => key === page.version)?.mark ?? null;
  const what = {
    'under way': () => words.underWay,
    failed: () => drawnPageWords[language].failed(page.status),
    without: () => `${words.short}${comma}${words.without(desk.focus)}`,
    shown: () => drawnPageWords[language].shown(desk.focus, page.version, mark),
  }[outcome]();
  return words.cell(page.number, [what, ...(page.isStale ? [words.stale] : [])].join(comma));
}

function Tally({
  desk,
  language,
  lookOf,
}: {
  desk: Desk;
  language: Language;
  lookOf: (key: string) => Look;
}) {
  const words = stripWords[language];
  const tally = tallyOf(desk.yours);
  const { now, longest } = runsOf(desk.yours);
  return (
    <div class="strip-tally">
      <ul aria-label={words.tally}>
        {desk.versions.map(({ key, mark }) => (
          <li key={key}>
            <VersionMark look={lookOf(key)} />
            <span>
              {key}
              {mark !== null && <span class="quiet"> {versionWords[language].stars(mark)}</span>}
            </span>
            <strong>{countIn(language, tally.byVersion.get(key) ?? 0)}</strong>
          </li>
        ))}
        {tally.without > 0 && (
          <li class="is-bad">
            <span>! {words.without(desk.focus)}</span>
            <strong>{countIn(language, tally.without)}</strong>
          </li>
        )}
        {tally.failed > 0 && (
          <li class="is-bad">
            <span>✕ {words.failed}</span>
            <strong>{countIn(language, tally.failed)}</strong>
          </li>
        )}
      </ul>
      <p class="strip-run">{words.run(now, longest)}</p>
    </div>
  );
}
