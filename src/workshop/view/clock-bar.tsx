import { useState } from 'preact/hooks';
import type { Deed, Desk } from '../../experiment/session/desk.ts';
import type { Clock } from '../wire.ts';
import { drawnPageWords } from '../language/drawn-page.ts';
import { clockWords } from '../language/clock-bar.ts';
import type { Language } from '../language/language.ts';
import { clockText } from '../language/number.ts';
import { horizonUs } from './curve-spans.ts';
import './clock-bar.css';

interface ClockBarProps {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly language: Language;
  /** Speed that Play takes: 0.1, 1, 10, 60, or Infinity. */
  readonly speed: number;
  readonly onSpeed: (speed: number) => void;
  readonly onPlay: () => void;
  readonly onPause: () => void;
  readonly onStep: () => void;
  readonly onHeld: () => void;
  /** Back, by playing again from the seed, or on to a moment. */
  readonly onMoment: (us: number) => void;
  /** On a phone, Refresh stands here, too, where the thumb is. */
  readonly onRefresh: () => void;
}

const speeds = [0.1, 1, 10, 60, Infinity];

/** The clock of the model: play and pause, step, speed, and the time line on which one goes back. */
export function ClockBar(props: ClockBarProps) {
  const { desk, clock, language } = props;
  /** On a phone, speed and time line are shown when they are asked for. */
  const [isOpen, setOpen] = useState(false);
  const words = clockWords[language];
  const isRunning = clock.speed > 0;
  const isOver = desk.nowUs >= desk.endUs;
  const isHeld = desk.proxies.every((proxy) => proxy.isCurrent);
  return (
    <section class={isOpen ? 'clock is-open' : 'clock'} aria-label={words.title}>
      <div class="clock-main">
        <button type="button" class="button is-primary clock-refresh" onClick={props.onRefresh}>
          {drawnPageWords[language].refresh}
        </button>
        <button
          type="button"
          class="button is-primary clock-play"
          aria-disabled={isOver && !isRunning}
          title={isOver ? words.ended : undefined}
          aria-keyshortcuts="Space"
          onClick={() => (isRunning ? props.onPause() : isOver ? undefined : props.onPlay())}
        >
          <Sign d={isRunning ? 'M4,3H7V13H4ZM9,3H12V13H9Z' : 'M4,2.5L13,8L4,13.5Z'} />
          <span>{isRunning ? words.pause : words.play}</span>
        </button>
        <button
          type="button"
          class="button clock-step"
          aria-disabled={isOver}
          title={isOver ? words.ended : words.stepHint}
          aria-keyshortcuts="."
          onClick={() => (isOver ? undefined : props.onStep())}
        >
          <Sign d="M3,2.5L10,8L3,13.5ZM11,3H13V13H11Z" />
          <span>{words.step}</span>
        </button>
        <p class="clock-time">
          <span class="unseen">{words.time} </span>
          {clockText(desk.nowUs)}
        </p>
        <button
          type="button"
          class="button clock-more"
          aria-expanded={isOpen}
          aria-label={words.more}
          onClick={() => setOpen(!isOpen)}
        >
          <Sign d={isOpen ? 'M3,5.5L8,10.5L13,5.5' : 'M3,10.5L8,5.5L13,10.5'} />
        </button>
      </div>
      <div class="clock-speed">
        <div class="choices" role="group" aria-label={words.speed}>
          {speeds.map((speed) => (
            <button
              key={speed}
              type="button"
              class="button"
              aria-pressed={speed === props.speed}
              title={speed === Infinity ? words.mostHint : undefined}
              onClick={() => props.onSpeed(speed)}
            >
              {speed === Infinity ? words.most : words.times(speed)}
            </button>
          ))}
        </div>
      </div>
      <button
        type="button"
        class="button clock-held"
        aria-disabled={isHeld || isOver}
        title={isHeld ? words.allHeld : isOver ? words.ended : undefined}
        aria-keyshortcuts="U"
        onClick={() => (isHeld || isOver ? undefined : props.onHeld())}
      >
        {words.held}
        <kbd class="key" aria-hidden="true">
          U
        </kbd>
      </button>
      <TimeLine {...props} />
    </section>
  );
}

function Sign({ d }: { readonly d: string }) {
  return (
    <svg class="clock-sign" viewBox="0 0 16 16" aria-hidden="true">
      <path d={d} />
    </svg>
  );
}

function TimeLine({ desk, clock, language, onMoment }: ClockBarProps) {
  const words = clockWords[language];
  /** Where the thumb is held while it is dragged. */
  const [draggedUs, setDragged] = useState<number | undefined>(undefined);
  const atUs = draggedUs ?? desk.nowUs;
  const lineUs = horizonUs(desk);
  const coming = desk.deeds.filter((deed) => deed.atUs > desk.nowUs);
  const first = coming[0];
  const said =
    draggedUs !== undefined && draggedUs !== desk.nowUs
      ? (draggedUs < desk.nowUs ? words.backTo : words.onTo)(draggedUs)
      : clock.isLimited
        ? words.limited
        : first !== undefined
          ? words.future(coming.length, first.atUs, nameOf(first, language))
          : desk.nowUs >= desk.endUs
            ? words.ended
            : words.back;
  return (
    <div class="clock-line">
      <div class="clock-track">
        <svg class="clock-marks" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
          <rect class="clock-way" y="4" width="1000" height="2" />
          <rect class="clock-gone" y="3.5" width={(1000 * desk.nowUs) / lineUs} height="3" />
          {marksOf(desk, lineUs).map(({ x, deed, isComing }) => (
            <line
              key={`${x} ${deed.what}`}
              class={`clock-mark is-${deed.what}${isComing ? ' is-coming' : ''}`}
              x1={x}
              x2={x}
              y1={deed.what === 'refresh' ? 2.5 : 0}
              y2={deed.what === 'refresh' ? 7.5 : 10}
            />
          ))}
        </svg>
        <input
          type="range"
          class="clock-range"
          aria-label={words.timeline}
          aria-valuetext={words.at(atUs, desk.endUs)}
          min={0}
          max={lineUs}
          step={100_000}
          value={atUs}
          onInput={(event) => setDragged(Number(event.currentTarget.value))}
          onChange={(event) => {
            setDragged(undefined);
            onMoment(Number(event.currentTarget.value));
          }}
        />
      </div>
      <p class="clock-said" role={coming.length > 0 ? 'status' : undefined}>
        {said}
      </p>
      <ol class="unseen">
        {desk.deeds
          .filter((deed) => deed.what !== 'refresh')
          .map((deed) => (
            <li key={`${deed.atUs} ${deed.what}`}>{words.deed(nameOf(deed, language), deed.atUs)}</li>
          ))}
      </ol>
    </div>
  );
}

/** "apply reviews: 50 v1, 50 v3", "refresh", "refresh 15" */
const nameOf = ({ what, about }: Deed, language: Language): string =>
  `${clockWords[language].deeds[what]} ${what === 'refresh' && about === '1' ? '' : about}`.trim();

/** One mark of a kind for each thousandth of the line at most. */
function marksOf(
  desk: Desk,
  lineUs: number,
): { readonly x: number; readonly deed: Deed; readonly isComing: boolean }[] {
  const marks = new Map<string, { x: number; deed: Deed; isComing: boolean }>();
  for (const deed of desk.deeds) {
    const x = Math.round((1000 * deed.atUs) / lineUs);
    marks.set(`${x} ${deed.what}`, { x, deed, isComing: deed.atUs > desk.nowUs });
  }
  return [...marks.values()];
}
