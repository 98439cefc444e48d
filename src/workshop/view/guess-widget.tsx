import { useRef } from 'preact/hooks';
import type { Language } from '../language/language.ts';
import { lessonCardWords } from '../language/lesson-card.ts';
import { guessText, isBeyond, movedLine, type Ask, type Guess, type GuessNames } from '../lesson/guess.ts';
import { Slider } from './slider.tsx';
import './guess-widget.css';

interface GuessWidgetProps<Kind extends Ask = Ask> {
  readonly ask: Kind;
  readonly names: GuessNames;
  readonly guess: Guess;
  readonly isLocked: boolean;
  readonly language: Language;
  readonly onGuess: (guess: Guess) => void;
}

/** Where a prediction is made, and stays to be seen when it is locked. */
export function GuessWidget({ ask, ...rest }: GuessWidgetProps) {
  if (ask.kind === 'line') return <Line ask={ask} {...rest} />;
  if (ask.kind === 'number') return <NumberGuess ask={ask} {...rest} />;
  return <Choice ask={ask} {...rest} />;
}

type Of<Kind extends Ask['kind']> = Extract<Ask, { readonly kind: Kind }>;

/** Units of the drawing. */
const cell = 20;
const margin = 10;
const top = 12;
const tall = 26;

/** Two handles on the counts: what is beyond them would be called broken. */
function Line({ ask, guess, isLocked, language, onGuess }: GuessWidgetProps<Of<'line'>>) {
  const words = lessonCardWords[language];
  const drawing = useRef<SVGSVGElement>(null);
  const [low = -1, high = ask.of + 1] = guess;
  const width = (ask.of + 1) * cell;
  const text = guessText(ask, guess, {}, language);

  const dragged = useRef<'low' | 'high' | undefined>(undefined);

  /** Where a pointer is, in cells from the left edge of the first one. */
  const cellsAt = (event: PointerEvent): number => {
    const box = drawing.current!.getBoundingClientRect();
    const scale = (width + 2 * margin) / box.width;
    return ((event.clientX - box.left) * scale - margin) / cell;
  };
  const move = (handle: 'low' | 'high', event: PointerEvent): void => {
    const edge = Math.round(cellsAt(event));
    onGuess(movedLine(guess, ask.of, handle, handle === 'low' ? edge - 1 : edge));
  };
  const atKey = (handle: 'low' | 'high') => (event: KeyboardEvent) => {
    const at = handle === 'low' ? low : high;
    const to = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      Home: -1,
      End: ask.of + 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onGuess(movedLine(guess, ask.of, handle, to));
  };
  const grab = (event: PointerEvent): void => {
    if (isLocked) return;
    const at = cellsAt(event);
    const handle = Math.abs(at - (low + 1)) <= Math.abs(at - high) ? 'low' : 'high';
    dragged.current = handle;
    drawing.current!.setPointerCapture(event.pointerId);
    drawing.current!.querySelector<SVGGElement>(`[data-handle=${handle}]`)?.focus();
    event.preventDefault();
    move(handle, event);
  };
  const drag = (event: PointerEvent): void => {
    if (dragged.current !== undefined) move(dragged.current, event);
  };
  const drop = (): void => {
    dragged.current = undefined;
  };

  return (
    <div class={isLocked ? 'guess-line is-locked' : 'guess-line'}>
      <svg
        ref={drawing}
        viewBox={`${-margin} 0 ${width + 2 * margin} ${top + tall + 12}`}
        role="group"
        aria-label={words.onLine(text)}
        onPointerDown={grab}
        onPointerMove={drag}
        onPointerUp={drop}
        onPointerCancel={drop}
      >
        {Array.from({ length: ask.of + 1 }, (_, count) => (
          <g key={count} class={isBeyond(guess, count) ? 'is-beyond' : ''}>
            <rect x={count * cell + 1} y={top} width={cell - 2} height={tall} rx={2} />
            <text x={count * cell + cell / 2} y={top + tall / 2 + 3.5}>
              {count}
            </text>
          </g>
        ))}
        {!isLocked &&
          (['low', 'high'] as const).map((handle) => {
            const x = handle === 'low' ? (low + 1) * cell - 1 : high * cell + 1;
            const value = handle === 'low' ? low : high;
            const isNone = value < 0 || value > ask.of;
            return (
              <g
                key={handle}
                class="guess-handle"
                data-handle={handle}
                role="slider"
                tabindex={0}
                aria-label={words[handle]}
                aria-valuemin={-1}
                aria-valuemax={ask.of + 1}
                aria-valuenow={value}
                aria-valuetext={isNone ? words.none : String(value)}
                onKeyDown={atKey(handle)}
              >
                <rect class="guess-hit" x={x - 14} y={0} width={28} height={top + tall + 12} />
                <path d={`M${x},${top - 3}V${top + tall + 3}`} />
                <circle cx={x} cy={handle === 'low' ? top - 5 : top + tall + 5} r={6} />
              </g>
            );
          })}
      </svg>
      {!isLocked && (
        <p class="guess-said" aria-live="polite">
          {text}
        </p>
      )}
    </div>
  );
}

function NumberGuess({ ask, names, guess, isLocked, onGuess }: GuessWidgetProps<Of<'number'>>) {
  const value = guess[0] ?? ask.begin;
  const take = (event: Event): void => {
    const typed = Math.round(Number((event.currentTarget as HTMLInputElement).value));
    if (Number.isFinite(typed)) onGuess([Math.min(ask.max, Math.max(ask.min, typed))]);
  };
  const limits = { min: ask.min, max: ask.max, value, disabled: isLocked };
  return (
    <div class="guess-number">
      <Slider
        step={ask.step}
        {...limits}
        aria-labelledby="lesson-ask"
        aria-valuetext={`${value} ${names.unit ?? ''}`.trim()}
        onInput={take}
      />
      {!isLocked && (
        <label>
          <input type="number" step={1} {...limits} aria-labelledby="lesson-ask" onChange={take} />
          <span>{names.unit}</span>
        </label>
      )}
    </div>
  );
}

function Choice({ ask, names, guess, isLocked, onGuess }: GuessWidgetProps<Of<'choice'>>) {
  return (
    <div class="guess-choice">
      {Array.from({ length: ask.rows }, (_, row) => (
        <fieldset key={row} disabled={isLocked}>
          {ask.rows > 1 && <legend>{names.rows?.[row]}</legend>}
          {ask.rows === 1 && <legend class="unseen">{names.rows?.[row]}</legend>}
          {names.options?.slice(0, ask.options).map((option, index) => (
            <label key={option} class={guess[row] === index ? 'is-chosen' : ''}>
              <input
                type="radio"
                name={`guess-${row}`}
                checked={guess[row] === index}
                onChange={() => onGuess(guess.map((own, at) => (at === row ? index : own)))}
              />
              <span>{option}</span>
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
