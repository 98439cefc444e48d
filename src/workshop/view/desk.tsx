import { useState } from 'preact/hooks';
import { refreshes } from '../class/seats.ts';
import { appWords } from '../language/app.ts';
import type { Guess } from '../lesson/guess.ts';
import { redsOfPages } from '../lesson/seen.ts';
import { isDone, lessonIds, type Lesson, type LessonId, type Panel } from '../lesson/lesson.ts';
import type { Store } from '../store.ts';
import { ClockBar } from './clock-bar.tsx';
import { Curve } from './curve.tsx';
import { DeskCard } from './desk-card.tsx';
import { Dial } from './dial.tsx';
import { DrawnPage } from './drawn-page.tsx';
import { Findings } from './findings.tsx';
import { LastCard } from './last-card.tsx';
import { Law } from './law.tsx';
import { LessonCard } from './lesson-card.tsx';
import { Mesh } from './mesh.tsx';
import { Meter } from './meter.tsx';
import { Rule } from './rule.tsx';
import { Strip } from './strip.tsx';
import './desk.css';

interface DeskProps {
  readonly store: Store;
}
interface PartProps extends DeskProps {
  readonly has: (panel: Panel) => boolean;
}

const tabs = ['page', 'rule', 'split', 'mesh'] as const;
type Tab = (typeof tabs)[number];

/** What is worked with: a lesson shows its own panels, the free desk shows all. */
export function Desk({ store }: DeskProps) {
  const lesson = store.lesson.value;
  const [tab, setTab] = useState<Tab>('page');
  const has = (panel: Panel): boolean => lesson === undefined || lesson.panels.includes(panel);
  const shown = tabs.filter((own) =>
    own === 'page' ? has('page') : own === 'split' ? has('split') || has('curve') : has(own),
  );
  const hasRight = shown.includes('rule') || shown.includes('split');
  const current = shown.includes(tab) ? tab : (shown[0] ?? 'page');
  return (
    <main
      aria-busy={store.isOpening.value}
      class={`desk is-${current}${hasRight ? '' : ' is-narrow'}${lesson === undefined ? '' : ' is-lesson'}`}
    >
      <div class="desk-left">
        <Card store={store} />
      </div>
      <Tabs store={store} shown={shown} current={current} onTab={setTab} />
      <Middle store={store} has={has} />
      <Right store={store} has={has} />
      <div class="desk-clock unprinted">
        <ClockBar
          desk={store.desk.value!}
          clock={store.clock.value}
          language={store.language.value}
          speed={store.speed.value}
          onSpeed={(speed) => store.setSpeed(speed)}
          onRefresh={() => store.refresh()}
          onPlay={() => store.play()}
          onPause={() => store.pause()}
          onStep={() => store.step()}
          onHeld={() => store.untilHeld()}
          onMoment={(us) => void store.toMoment(us)}
        />
      </div>
    </main>
  );
}

/** On a small screen one part is seen at a time. */
function Tabs(
  props: DeskProps & {
    readonly shown: readonly Tab[];
    readonly current: Tab;
    readonly onTab: (tab: Tab) => void;
  },
) {
  const words = appWords[props.store.language.value];
  return (
    <div class="desk-tabs unprinted" role="tablist" aria-label={words.tabList}>
      {props.shown.map((own) => (
        <button
          key={own}
          type="button"
          role="tab"
          class="button"
          id={`tab-${own}`}
          aria-selected={own === props.current}
          aria-controls={`part-${own}`}
          onClick={() => props.onTab(own)}
        >
          {words.tabs[own]}
        </button>
      ))}
    </div>
  );
}

/** What visitors see, and the mesh behind it. */
function Middle({ store, has }: PartProps) {
  const language = store.language.value;
  const desk = store.desk.value!;
  const isHidden = store.lesson.value !== undefined && !store.isLocked.value;
  return (
    <div class="desk-middle">
      {has('page') && <Pages store={store} has={has} />}
      {has('law') && <ThousandSessions store={store} />}
      {has('mesh') && (
        <div class="part part-mesh" id="part-mesh">
          <Mesh desk={desk} language={language} />
        </div>
      )}
      <Findings findings={isHidden ? [] : store.findings.value} language={language} />
    </div>
  );
}

function Pages({ store, has }: PartProps) {
  const language = store.language.value;
  const desk = store.desk.value!;
  const chosen = store.chosen.value;
  const page =
    desk.yours.find(({ number }) => number === chosen) ??
    desk.yours.findLast(({ tookUs }) => tookUs !== undefined);
  const why = (number: number): void => {
    store.chosen.value = number;
  };
  return (
    <div class="part part-page" id="part-page">
      <DrawnPage
        desk={desk}
        language={language}
        onRefresh={() => store.refresh()}
        onWhy={why}
        isSpoken={store.clock.value.speed <= 1}
      />
      <Strip desk={desk} language={language} chosen={chosen} onChoose={why} />
      {(has('dial') || chosen !== undefined) && <Dial desk={desk} language={language} page={page} />}
    </div>
  );
}

/** The rule, and what comes of it. */
function Right({ store, has }: PartProps) {
  const language = store.language.value;
  const desk = store.desk.value!;
  return (
    <div class="desk-right">
      {has('rule') && (
        <div class="part part-rule" id="part-rule">
          <Rule
            language={language}
            focus={desk.focus}
            versions={desk.versions}
            text={store.text.value}
            weights={store.weights.value}
            locked={store.locked.value}
            problems={store.checked.value.problems}
            refusal={store.refusal.value}
            acted={store.acted.value}
            onText={(text) => void store.type(text)}
            onWeight={(place, to) => void store.moveSlider(place, to)}
            onLock={(place, isLocked) => store.lockSlider(place, isLocked)}
            onApply={() => void store.apply()}
          />
        </div>
      )}
      {(has('split') || has('curve')) && (
        <div class="part part-split" id="part-split">
          {has('split') && (
            <Meter
              desk={desk}
              language={language}
              version={store.version.value}
              onVersion={(version) => {
                store.version.value = version;
              }}
              isWatched={store.lesson.value === undefined}
            />
          )}
          {has('curve') && <Curve desk={desk} language={language} version={store.version.value} />}
        </div>
      )}
    </div>
  );
}

function Card({ store }: DeskProps) {
  const lesson = store.lesson.value;
  if (store.place.value === 'cards') return <Ended store={store} />;
  if (lesson !== undefined) return <CardOfLesson store={store} lesson={lesson} />;
  return (
    <DeskCard
      key={`${store.begun.value.base} ${store.begun.value.seed}`}
      begun={store.begun.value}
      replayed={store.replayed.value}
      language={store.language.value}
      desk={store.desk.value!}
      problems={store.problems.value}
      onBegin={(setUp) => void store.openDesk(setUp)}
      onAgain={() => void store.again()}
      onAct={(act) => void store.act(act)}
      onFolder={(files) => void store.openFolder(files)}
    />
  );
}

/** After the last lesson: what was guessed, and how each ended. */
function Ended({ store }: DeskProps) {
  const locked = Object.entries(store.predictions.value).filter(([, own]) => own.isLocked);
  const guesses: Partial<Record<LessonId, Guess>> = Object.fromEntries(
    locked.map(([id, own]) => [id, own.guess]),
  );
  return (
    <LastCard
      language={store.language.value}
      guesses={guesses}
      states={store.ended.value}
      onLesson={(id) => void store.go(id)}
    />
  );
}

function CardOfLesson({ store, lesson }: DeskProps & { readonly lesson: Lesson }) {
  const index = lessonIds.indexOf(lesson.id);
  return (
    <LessonCard
      key={lesson.id}
      lesson={lesson}
      language={store.language.value}
      guess={store.guess.value}
      isLocked={store.isLocked.value}
      state={store.lessonState.value}
      onGuess={(guess) => store.setGuess(guess)}
      onLock={() => void store.lock()}
      onMove={(move) => void store.move(move)}
      previous={lessonIds[index - 1]}
      next={lessonIds[index + 1]}
      onBack={() => void store.go(lessonIds[index - 1]!)}
      onNext={() => void store.go(lessonIds[index + 1] ?? 'cards')}
    />
  );
}

/** Opens with the reveal, as it shows the law; at the free desk it is always there. */
function ThousandSessions({ store }: DeskProps) {
  const { lesson, lessonState, isLocked, guess, desk } = store;
  const { sessions } = store.room;
  const own = lesson.value;
  const isOpen =
    own === undefined ||
    (isLocked.value && lessonState.value !== undefined && isDone(own, lessonState.value));
  if (!isOpen) return null;
  return (
    <Law
      language={store.language.value}
      line={own?.ask.kind === 'line' ? guess.value : undefined}
      own={redsOfPages(desk.value!, refreshes)}
      sessions={sessions.value.reds}
      fresh={sessions.value.fresh}
      onMore={(count) => void store.room.moreSessions(count)}
      onRestart={() => {
        sessions.value = { reds: [], fresh: 0 };
      }}
    />
  );
}
