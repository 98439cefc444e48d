// First, so that each view may say otherwise.
import './style.css';
import { useEffect, useState } from 'preact/hooks';
import { refreshes } from '../class/seats.ts';
import { appWords } from '../language/app.ts';
import { teacherWords } from '../language/teacher.ts';
import type { Guess } from '../lesson/guess.ts';
import { redsOfPages } from '../lesson/seen.ts';
import { isDone, lessonIds, type LessonId, type Panel } from '../lesson/lesson.ts';
import type { Store } from '../store.ts';
import { Bar } from './bar.tsx';
import { ClockBar } from './clock-bar.tsx';
import { Curve } from './curve.tsx';
import { DeskCard } from './desk-card.tsx';
import { Dial } from './dial.tsx';
import { Command, Keys, Share } from './dialogs.tsx';
import { DrawnPage } from './drawn-page.tsx';
import { Dialog } from './dialog.tsx';
import { Findings } from './findings.tsx';
import { LastCard } from './last-card.tsx';
import { Law } from './law.tsx';
import { LessonCard } from './lesson-card.tsx';
import { Mesh } from './mesh.tsx';
import { Meter } from './meter.tsx';
import { Rule } from './rule.tsx';
import { Sheet } from './sheet.tsx';
import { Strip } from './strip.tsx';
import { Teacher } from './teacher.tsx';
import './app.css';

interface AppProps {
  readonly store: Store;
}

const tabs = ['page', 'rule', 'split', 'mesh'] as const;
type Tab = (typeof tabs)[number];

/** The page, whole. A lesson shows its own panels; the free desk shows all. */
export function App({ store }: AppProps) {
  const language = store.language.value;
  const words = appWords[language];
  const desk = store.desk.value;
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = `meshshift ${words.workshop}`;
  }, [language]);
  const isProjector = store.room.isProjector.value;
  useEffect(() => {
    document.documentElement.classList.toggle('is-projected', isProjector);
  }, [isProjector]);
  const scheme = store.scheme.value;
  useEffect(() => {
    if (scheme === 'system') delete document.documentElement.dataset['scheme'];
    else document.documentElement.dataset['scheme'] = scheme;
  }, [scheme]);
  return (
    <>
      <Top store={store} />
      {store.troubles.value.length > 0 && (
        <p class="panel trouble" role="alert">
          {desk === undefined ? words.noWorker : words.trouble}{' '}
          <samp lang="en">{store.troubles.value[0]}</samp>
        </p>
      )}
      {desk !== undefined && <Desk store={store} />}
      <Windows store={store} />
      {store.dialog.value === 'teacher' && <Sheet language={language} />}
    </>
  );
}

function Top({ store }: AppProps) {
  const schemes = ['system', 'light', 'dark'] as const;
  return (
    <Bar
      language={store.language.value}
      place={store.place.value}
      className={store.className.value}
      seat={store.seat.value}
      scheme={store.scheme.value}
      ended={new Set(Object.keys(store.ended.value))}
      onPlace={(place) => void store.go(place)}
      onSeat={(className, seat) => store.seated(className, seat)}
      onShare={() => void store.showShare()}
      onCommand={() => void store.showCommand()}
      onTeacher={() => {
        store.dialog.value = 'teacher';
      }}
      onKeys={() => {
        store.dialog.value = 'keys';
      }}
      onLanguage={() => {
        store.language.value = store.language.value === 'en' ? 'zh' : 'en';
      }}
      onScheme={() => {
        store.scheme.value = schemes[(schemes.indexOf(store.scheme.value) + 1) % schemes.length]!;
      }}
    />
  );
}

function Desk({ store }: AppProps) {
  const language = store.language.value;
  const words = appWords[language];
  const desk = store.desk.value!;
  const lesson = store.lesson.value;
  const [tab, setTab] = useState<Tab>('page');
  const has = (panel: Panel): boolean => lesson === undefined || lesson.panels.includes(panel);
  const shown = tabs.filter((own) =>
    own === 'page' ? has('page') : own === 'split' ? has('split') || has('curve') : has(own),
  );
  const hasRight = shown.includes('rule') || shown.includes('split');
  const current = shown.includes(tab) ? tab : (shown[0] ?? 'page');
  const chosen = store.chosen.value;
  const page =
    desk.yours.find(({ number }) => number === chosen) ??
    desk.yours.findLast(({ tookUs }) => tookUs !== undefined);
  const why = (number: number): void => {
    store.chosen.value = number;
  };
  const isStill = store.clock.value.speed <= 1;
  return (
    <main
      aria-busy={store.isOpening.value}
      class={`desk is-${current}${hasRight ? '' : ' is-narrow'}${lesson === undefined ? '' : ' is-lesson'}`}
    >
      <div class="desk-left">
        <Card store={store} />
      </div>
      <div class="desk-tabs unprinted" role="tablist" aria-label={words.tabList}>
        {shown.map((own) => (
          <button
            key={own}
            type="button"
            role="tab"
            class="button"
            id={`tab-${own}`}
            aria-selected={own === current}
            aria-controls={`part-${own}`}
            onClick={() => setTab(own)}
          >
            {words.tabs[own]}
          </button>
        ))}
      </div>
      <div class="desk-middle">
        {has('page') && (
          <div class="part part-page" id="part-page">
            <DrawnPage
              desk={desk}
              language={language}
              onRefresh={() => store.refresh()}
              onWhy={why}
              isSpoken={isStill}
            />
            <Strip desk={desk} language={language} chosen={chosen} onChoose={why} />
            {(has('dial') || chosen !== undefined) && <Dial desk={desk} language={language} page={page} />}
          </div>
        )}
        {has('law') && <ThousandSessions store={store} />}
        {has('mesh') && (
          <div class="part part-mesh" id="part-mesh">
            <Mesh desk={desk} language={language} />
          </div>
        )}
        <Findings
          findings={lesson === undefined || store.isLocked.value ? store.findings.value : []}
          language={language}
        />
      </div>
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
                isWatched={lesson === undefined}
              />
            )}
            {has('curve') && <Curve desk={desk} language={language} version={store.version.value} />}
          </div>
        )}
      </div>
      <div class="desk-clock unprinted">
        <ClockBar
          desk={desk}
          clock={store.clock.value}
          language={language}
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

function Card({ store }: AppProps) {
  const language = store.language.value;
  const lesson = store.lesson.value;
  if (store.place.value === 'cards') {
    const locked = Object.entries(store.predictions.value).filter(([, own]) => own.isLocked);
    const guesses: Partial<Record<LessonId, Guess>> = Object.fromEntries(
      locked.map(([id, own]) => [id, own.guess]),
    );
    return (
      <LastCard
        language={language}
        guesses={guesses}
        states={store.ended.value}
        onLesson={(id) => void store.go(id)}
      />
    );
  }
  if (lesson === undefined) {
    return (
      <DeskCard
        key={`${store.begun.value.base} ${store.begun.value.seed}`}
        begun={store.begun.value}
        replayed={store.replayed.value}
        language={language}
        desk={store.desk.value!}
        problems={store.problems.value}
        onBegin={(setUp) => void store.openDesk(setUp)}
        onAgain={() => void store.again()}
        onAct={(act) => void store.act(act)}
        onFolder={(files) => void store.openFolder(files)}
      />
    );
  }
  const index = lessonIds.indexOf(lesson.id);
  return (
    <LessonCard
      key={lesson.id}
      lesson={lesson}
      language={language}
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
function ThousandSessions({ store }: AppProps) {
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

function Windows({ store }: AppProps) {
  const language = store.language.value;
  const close = (): void => {
    store.dialog.value = undefined;
  };
  switch (store.dialog.value) {
    case 'command':
      return <Command language={language} exported={store.exported.value} onClose={close} />;
    case 'share':
      return (
        <Share
          language={language}
          exported={store.exported.value}
          onClose={close}
          onOpen={(fragment) => void store.openLink(fragment).then((isOpen) => isOpen && close())}
        />
      );
    case 'teacher':
      return (
        <Dialog title={teacherWords[language].title} language={language} onClose={close} isWide>
          <Teacher
            language={language}
            code={store.className.value}
            seats={store.room.seats.value}
            hands={store.room.hands.value}
            onHands={(hands) => {
              store.room.hands.value = hands;
            }}
            tallies={store.room.tallies.value}
            onTallies={(text) => {
              store.room.tallies.value = text;
            }}
            onClass={(code, seats) => store.room.setClass(code, seats)}
            played={store.room.classReds.value}
            isPlaying={store.room.isPlaying.value}
            onPlay={() => void store.room.playClass()}
            onReplay={(seat) => void store.replay(seat)}
            isProjector={store.room.isProjector.value}
            onProjector={(isProjector) => {
              store.room.isProjector.value = isProjector;
            }}
            onPrint={() => window.print()}
          />
        </Dialog>
      );
    case 'keys':
      return (
        <Keys
          language={language}
          isOn={store.keysAreOn.value}
          onSwitch={(isOn) => {
            store.keysAreOn.value = isOn;
          }}
          onClose={close}
        />
      );
    default:
      return null;
  }
}
