import { isWhole } from './lesson/guess.ts';
import { lessons } from './lesson/index.ts';
import { lessonIds, type LessonId } from './lesson/lesson.ts';

/** What the page shows: a lesson, the free desk, or the card of all predictions. */
export type Place = LessonId | 'desk' | 'cards';

export type Predictions = Readonly<
  Partial<Record<LessonId, { readonly guess: readonly number[]; readonly isLocked: boolean }>>
>;

export interface LinkedPage {
  readonly place: Place;
  readonly className: string;
  readonly seat: number;
  readonly predictions: Predictions;
  /** Index of the lesson's set-up that the session began with. */
  readonly setUp: number;
  readonly nowUs: number;
}

/** What a link says of the page; nothing of it is believed, and what is odd becomes what a new page has. */
export function linkedPage(page: unknown): LinkedPage {
  const { place, className, seat, predictions, setUp, nowUs } = fieldsOf(page);
  const found = places.find((own) => own === place) ?? 'desk';
  const setUps = found === 'desk' || found === 'cards' ? 1 : lessons[found].setUps.length;
  return {
    place: found,
    className: typeof className === 'string' && /^[^\s-]{1,40}$/.test(className) ? className : 'blue',
    seat: wholeUpTo(9999, seat) || 1,
    predictions: predictionsOf(predictions),
    setUp: wholeUpTo(setUps - 1, setUp),
    nowUs: wholeUpTo(Number.MAX_SAFE_INTEGER, nowUs),
  };
}

const places: readonly Place[] = [...lessonIds, 'desk', 'cards'];

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const wholeUpTo = (most: number, value: unknown): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : 0;

function predictionsOf(value: unknown): Predictions {
  const fields = fieldsOf(value);
  return Object.fromEntries(
    lessonIds.flatMap((id) => {
      const { guess, isLocked } = fieldsOf(fields[id]);
      const isOne =
        Array.isArray(guess) && guess.every(Number.isInteger) && isWhole(lessons[id].ask, guess as number[]);
      return isOne ? [[id, { guess: guess as number[], isLocked: isLocked === true }]] : [];
    }),
  );
}
