import type { Language } from '../language/language.ts';
import { lessonCardWords } from '../language/lesson-card.ts';
import { guessText, type Guess } from '../lesson/guess.ts';
import { lessons } from '../lesson/index.ts';
import { isDone, lessonIds, type LessonId, type LessonState } from '../lesson/lesson.ts';
import './last-card.css';

interface LastCardProps {
  readonly language: Language;
  /** Locked predictions, and how far each lesson is. */
  readonly guesses: Readonly<Partial<Record<LessonId, Guess>>>;
  readonly states: Readonly<Partial<Record<LessonId, LessonState>>>;
  readonly onLesson: (id: LessonId) => void;
}

/** Ten predictions, yours and the truth; the truth of a lesson only when it is done. */
export function LastCard({ language, guesses, states, onLesson }: LastCardProps) {
  const words = lessonCardWords[language];
  return (
    <article class="panel last-card" aria-labelledby="last-card-title">
      <h2 class="lesson-title" id="last-card-title" tabIndex={-1}>
        {words.lastTitle}
      </h2>
      <ol>
        {lessonIds.map((id) => {
          const lesson = lessons[id];
          const [guess, state] = [guesses[id], states[id]];
          const isOpen = guess !== undefined && state !== undefined && isDone(lesson, state);
          return (
            <li key={id}>
              <button
                type="button"
                class="button"
                aria-label={lesson.words[language].title}
                onClick={() => onLesson(id)}
              >
                {id}
              </button>
              <div>
                <h3>{lesson.words[language].title}</h3>
                <dl>
                  <dt>{words.columns.guess}</dt>
                  <dd>
                    {guess === undefined
                      ? '–'
                      : guessText(lesson.ask, guess, lesson.words[language], language)}
                  </dd>
                  <dt>{words.columns.truth}</dt>
                  <dd class={isOpen ? 'is-truth' : 'quiet'}>
                    {isOpen ? lesson.truth(state, language) : words.notYet}
                  </dd>
                </dl>
              </div>
            </li>
          );
        })}
      </ol>
      <p class="lesson-truth">{words.lastHint}</p>
    </article>
  );
}
