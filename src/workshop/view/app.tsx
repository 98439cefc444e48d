// First, so that each view may say otherwise.
import './style.css';
import { useEffect } from 'preact/hooks';
import { appWords } from '../language/app.ts';
import { teacherWords } from '../language/teacher.ts';
import type { Store } from '../store.ts';
import { Bar } from './bar.tsx';
import { Desk } from './desk.tsx';
import { Command, Keys, Share } from './dialogs.tsx';
import { Dialog } from './dialog.tsx';
import { Sheet } from './sheet.tsx';
import { Teacher } from './teacher.tsx';
import './app.css';

interface AppProps {
  readonly store: Store;
}

/** The page, whole. */
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
