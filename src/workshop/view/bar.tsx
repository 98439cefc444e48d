import { useState } from 'preact/hooks';
import { cleanCode } from '../class/seats.ts';
import { appWords } from '../language/app.ts';
import type { Language } from '../language/language.ts';
import { lessons } from '../lesson/index.ts';
import { lessonIds } from '../lesson/lesson.ts';
import type { Place } from '../linked-page.ts';
import './bar.css';

interface BarProps {
  readonly language: Language;
  readonly place: Place;
  readonly className: string;
  readonly seat: number;
  readonly scheme: 'system' | 'light' | 'dark';
  /** Lessons that were seen to their end. */
  readonly ended: ReadonlySet<string>;
  readonly onPlace: (place: Place) => void;
  readonly onSeat: (className: string, seat: number) => void;
  readonly onShare: () => void;
  readonly onCommand: () => void;
  readonly onTeacher: () => void;
  readonly onKeys: () => void;
  readonly onLanguage: () => void;
  readonly onScheme: () => void;
}

/** Lessons, the class and its seats, and all that is about the page itself. */
export function Bar(props: BarProps) {
  const { language, place, onPlace } = props;
  const words = appWords[language];
  const [isOpen, open] = useState(false);
  const stop = (own: Place, text: string, title: string) => (
    <button
      key={own}
      type="button"
      class={props.ended.has(own) ? 'button bar-place is-ended' : 'button bar-place'}
      aria-current={place === own ? 'page' : undefined}
      aria-label={title}
      title={title}
      onClick={() => onPlace(own)}
    >
      {text}
    </button>
  );
  return (
    <header class={isOpen ? 'bar is-open unprinted' : 'bar unprinted'}>
      <h1 class="bar-title">
        meshshift <span>{words.workshop}</span>
      </h1>
      <nav class="bar-lessons" aria-label={words.lessons}>
        {lessonIds.map((id) => stop(id, id, words.lesson(id, lessons[id].words[language].title)))}
        {stop('desk', words.desk, words.desk)}
        {stop('cards', '✓', words.cards)}
      </nav>
      <button
        type="button"
        class="button bar-more"
        aria-expanded={isOpen}
        aria-label={words.menu}
        title={words.menu}
        onClick={() => open(!isOpen)}
      >
        ☰
      </button>
      <Seat {...props} />
      <div class="bar-tools">
        <button type="button" class="button" onClick={props.onShare}>
          {words.share}
        </button>
        <button type="button" class="button" onClick={props.onCommand}>
          {words.command}
        </button>
        <button type="button" class="button" onClick={props.onTeacher}>
          {words.teacher}
        </button>
        <button type="button" class="button" onClick={props.onKeys}>
          {words.keys}
        </button>
        <button
          type="button"
          class="button"
          lang={language === 'en' ? 'zh' : 'en'}
          title={words.languageHint}
          onClick={props.onLanguage}
        >
          {words.language}
        </button>
        <button
          type="button"
          class="button"
          aria-label={words.scheme(props.scheme)}
          title={words.scheme(props.scheme)}
          onClick={props.onScheme}
        >
          ◐
        </button>
      </div>
    </header>
  );
}

function Seat({ language, className, seat, onSeat }: BarProps) {
  const words = appWords[language];
  return (
    <form
      class="bar-seat"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        const name = cleanCode(String(data.get('class')));
        const number = Number(data.get('seat'));
        if (name === '' || !Number.isInteger(number) || number < 1) return;
        // Keys are for the page again.
        (document.activeElement as HTMLElement | null)?.blur();
        if (name !== className || number !== seat) onSeat(name, number);
      }}
      onChange={(event) => event.currentTarget.requestSubmit()}
    >
      <label>
        {words.className} <input name="class" type="text" maxLength={40} size={6} value={className} />
      </label>
      <label>
        {words.seat} <input name="seat" type="number" min={1} max={9999} value={seat} />
      </label>
    </form>
  );
}
