import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Language } from '../language/language.ts';
import { lessonCardWords } from '../language/lesson-card.ts';
import { guessText, isWhole, type Guess } from '../lesson/guess.ts';
import {
  isDone,
  openTask,
  type Lesson,
  type LessonState,
  type Move,
  type Reveal,
  type Task,
} from '../lesson/lesson.ts';
import { Figure } from './figure.tsx';
import { GuessWidget } from './guess-widget.tsx';
import './lesson-card.css';

interface LessonCardProps {
  readonly lesson: Lesson;
  readonly language: Language;
  readonly guess: Guess;
  /** Then it cannot move. */
  readonly isLocked: boolean;
  /** Undefined: nothing has been seen yet. */
  readonly state: LessonState | undefined;
  readonly onGuess: (guess: Guess) => void;
  readonly onLock: () => void;
  readonly onMove: (move: Move) => void;
  /** Letters of the lessons beside it; undefined: there is none. */
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly onBack: () => void;
  /** The next lesson; after the last one, the card of all predictions. */
  readonly onNext: () => void;
}

/** A lesson: its question, the prediction, what is to be done, and only then what is true, and why. */
export function LessonCard(props: LessonCardProps) {
  const { lesson, language, isLocked, state } = props;
  const words = lessonCardWords[language];
  const own = lesson.words[language];
  const isOpen = isLocked && state !== undefined && isDone(lesson, state);
  const card = useRef<HTMLElement>(null);
  const before = useRef({ id: lesson.id, isLocked });
  // The button that locked is gone: who came by keys goes on at what is to be done.
  useEffect(() => {
    const locksNow = before.current.id === lesson.id && !before.current.isLocked && isLocked;
    before.current = { id: lesson.id, isLocked };
    if (locksNow) card.current?.querySelector<HTMLElement>('.is-now > h3')?.focus();
  }, [lesson.id, isLocked]);
  // The reveal may open below the edge of the window.
  useEffect(() => {
    if (isOpen) card.current?.querySelector('.lesson-reveal')?.scrollIntoView({ block: 'nearest' });
  }, [isOpen]);
  return (
    <article class="panel lesson-card" aria-labelledby="lesson-title" ref={card}>
      <p class="quiet">{words.lesson(lesson.id, lesson.minutes)}</p>
      <h2 class="lesson-title" id="lesson-title" tabIndex={-1}>
        {own.title}
      </h2>
      <p>{own.question}</p>
      <Step number={1} title={words.predict} isNow={!isLocked}>
        <Predict {...props} />
      </Step>
      {lesson.tasks.length > 0 && (
        <Step number={2} title={words.perform} isNow={isLocked && !isOpen}>
          <Tasks {...props} />
        </Step>
      )}
      <Step number={lesson.tasks.length > 0 ? 3 : 2} title={words.reveal} isNow={isOpen}>
        <div class="lesson-reveal" role="status">
          {isOpen ? (
            <Revealed reveal={lesson.reveal(state, props.guess, language)} language={language} />
          ) : (
            <p class="quiet">{words.revealOpens}</p>
          )}
        </div>
      </Step>
      {isOpen && (
        <Step number={lesson.tasks.length > 0 ? 4 : 3} title={words.why} isNow={false}>
          {own.why.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        </Step>
      )}
      <div class="lesson-ways">
        {props.previous !== undefined && (
          <button type="button" class="button" onClick={props.onBack}>
            {words.back(props.previous)}
          </button>
        )}
        <button type="button" class={isOpen ? 'button is-primary' : 'button'} onClick={props.onNext}>
          {props.next === undefined ? words.last : words.next(props.next)}
        </button>
      </div>
    </article>
  );
}

function Step(step: {
  readonly number: number;
  readonly title: string;
  readonly isNow: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <section class={step.isNow ? 'lesson-step is-now' : 'lesson-step'}>
      <h3 tabIndex={-1} aria-current={step.isNow ? 'step' : undefined}>
        <span class="lesson-number">{step.number}</span> {step.title}
      </h3>
      {step.children}
    </section>
  );
}

function Predict({ lesson, language, guess, isLocked, onGuess, onLock }: LessonCardProps) {
  const words = lessonCardWords[language];
  const own = lesson.words[language];
  const text = guessText(lesson.ask, guess, own, language);
  const mayLock = isWhole(lesson.ask, guess);
  // Answers row by row stand above as they were chosen.
  const isShort = lesson.ask.kind !== 'choice' || lesson.ask.rows === 1;
  return (
    <>
      <p id="lesson-ask">{own.ask}</p>
      <GuessWidget ask={lesson.ask} names={own} {...{ guess, isLocked, language, onGuess }} />
      {isLocked ? (
        <p class="lesson-locked">
          <span class="quiet">{words.locked}</span> {isShort && <strong>{text}</strong>}
        </p>
      ) : (
        <p class="lesson-lock">
          <button
            type="button"
            class="button is-primary"
            aria-disabled={!mayLock}
            onClick={() => mayLock && onLock()}
          >
            {words.lock}
          </button>
          <span class="quiet">{mayLock ? words.lockHint : words.chooseFirst}</span>
        </p>
      )}
    </>
  );
}

function Tasks({ lesson, language, isLocked, state, onMove }: LessonCardProps) {
  const words = lessonCardWords[language];
  const current = openTask(lesson, state);
  const progressOf = (task: Task): number => {
    if (state?.ticked[task.id] !== undefined) return task.of;
    return state !== undefined && task === current ? Math.min(task.of, task.progress(state)) : 0;
  };
  return (
    <>
      <ol class="lesson-tasks">
        {lesson.tasks.map((task) => {
          const own = lesson.words[language].tasks[task.id]!;
          const done = progressOf(task);
          const status = done >= task.of ? 'done' : task === current ? 'open' : 'later';
          return (
            <li key={task.id} class={`is-${status}`}>
              <span class="lesson-tick" role="img" aria-label={words[status]} />
              <div>
                <p>
                  {own.text}
                  {task.of > 1 && status !== 'later' && (
                    <strong class="lesson-progress"> {words.progress(done, task.of)}</strong>
                  )}
                </p>
                {isLocked && status === 'open' && state !== undefined && task.moves !== undefined && (
                  <p class="lesson-moves">
                    {task.moves(state).map((move, index) => (
                      <button
                        type="button"
                        class={index === task.next?.(state) ? 'button is-primary' : 'button'}
                        key={index}
                        onClick={() => onMove(move)}
                      >
                        {own.moves?.[index]}
                      </button>
                    ))}
                  </p>
                )}
              </div>
            </li>
          );
        })}
      </ol>
      {!isLocked && <p class="quiet">{words.lockFirst}</p>}
    </>
  );
}

function Revealed({ reveal, language }: { readonly reveal: Reveal; readonly language: Language }) {
  const [first, ...more] = reveal.sentences;
  return (
    <>
      <p class="lesson-truth">{first}</p>
      <Figure figure={reveal.figure} language={language} />
      {more.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </>
  );
}
