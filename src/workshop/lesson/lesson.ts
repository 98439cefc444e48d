import type { Desk } from '../../experiment/session/desk.ts';
import type { Act } from '../../experiment/session/session.ts';
import { type Language } from '../language/language.ts';
import type { Ask, Guess } from './guess.ts';

/** A lesson is data: what is asked, what is done, what came of it. Its numbers are computed, none stands in a text. */
export interface Lesson {
  readonly id: LessonId;
  readonly minutes: number;
  /** What a session may begin with, the first one first; a move `anew` begins again with any of them. */
  readonly setUps: readonly [SetUp, ...SetUp[]];
  readonly panels: readonly Panel[];
  readonly ask: Ask;
  /** Done one after the other: the next one opens when the one before is done. */
  readonly tasks: readonly Task[];
  readonly words: Readonly<Record<Language, LessonWords>>;
  /** Only asked when the prediction is locked and every task is done. */
  reveal(state: LessonState, guess: Guess, language: Language): Reveal;
  /** What was to be predicted, in the few words of the last card. */
  truth(state: LessonState, language: Language): string;
}

export const lessonIds = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'] as const;
export type LessonId = (typeof lessonIds)[number];

/** A session with its seed and journal left open. */
export interface SetUp {
  /** "workshop", or "workshop/b" for scenario-b.yaml. */
  readonly base: string;
  readonly set: readonly string[];
  /** Absent: the seat's own. */
  readonly seed?: string;
}

export type Panel = 'page' | 'dial' | 'rule' | 'split' | 'curve' | 'mesh' | 'law';

export interface Task {
  readonly id: string;
  /** How far it is, of `of`; asked once the tasks before it are done. */
  readonly progress: (state: LessonState) => number;
  readonly of: number;
  /** Which of the moves comes next, where they are to be made in their order. */
  readonly next?: (state: LessonState) => number;
  /** Buttons that do it, in the order of their words; absent: it is done at the desk. */
  readonly moves?: (state: LessonState) => readonly Move[];
}

/** What a button of the card does. */
export type Move =
  /** Begins again from the start, with another set-up or the same. */
  | { readonly do: 'anew'; readonly setUp: number }
  | { readonly do: 'act'; readonly act: Act }
  /** Asks for so many pages, and goes on as fast as it can until they are there. */
  | { readonly do: 'pages'; readonly count: number; readonly everyUs: number }
  /** kubectl apply of a file of the set-up's folder. */
  | { readonly do: 'apply'; readonly file: string }
  | { readonly do: 'until'; readonly until: number | 'next' | 'held' }
  | { readonly do: 'run'; readonly speed: number };

export interface LessonWords {
  readonly title: string;
  readonly question: string;
  /** What the prediction completes. */
  readonly ask: string;
  /** Of a number. */
  readonly unit?: string;
  /** Of a choice. */
  readonly options?: readonly string[];
  readonly rows?: readonly string[];
  readonly tasks: Readonly<Record<string, TaskWords>>;
  readonly why: readonly string[];
}

export interface TaskWords {
  readonly text: string;
  readonly moves?: readonly string[];
}

export interface Reveal {
  /** The truth beside the own prediction, a sentence each. */
  readonly sentences: readonly string[];
  readonly figure: Figure;
}

/** The small picture of a reveal. Shares 0..1. */
export type Figure =
  /** Bars of an exact law. */
  | {
      readonly kind: 'law';
      readonly title: string;
      readonly bars: readonly {
        readonly label: string;
        readonly share: number;
        readonly isMarked: boolean;
        /** What one saw. */
        readonly isOwn: boolean;
      }[];
      /** What the marked bars are: "beyond your line". */
      readonly marked: string;
    }
  /** Named quantities of one scale. */
  | {
      readonly kind: 'rows';
      readonly title: string;
      readonly max: number;
      readonly rows: readonly FigureRow[];
    };

export interface FigureRow {
  readonly label: string;
  readonly value: number;
  readonly text: string;
  readonly is: 'guess' | 'truth' | 'seen';
  readonly interval?: readonly [number, number];
}

/** A moment of a lesson's session. */
export interface Seen {
  /** Index into the lesson's set-ups. */
  readonly setUp: number;
  readonly speed: number;
  readonly desk: Desk;
}

export interface LessonState {
  readonly now: Seen;
  /** What there was to see when each task was done, by its id. */
  readonly ticked: Readonly<Record<string, Seen>>;
}

/** The state after another moment was seen: ticks what is done now, each after the one before. */
export function looked(lesson: Lesson, before: LessonState | undefined, now: Seen): LessonState {
  let state: LessonState = { now, ticked: before?.ticked ?? {} };
  for (const task of lesson.tasks) {
    if (state.ticked[task.id] !== undefined) continue;
    if (task.progress(state) < task.of) break;
    state = { now, ticked: { ...state.ticked, [task.id]: now } };
  }
  return state;
}

export const isDone = (lesson: Lesson, state: LessonState | undefined): boolean =>
  state !== undefined && lesson.tasks.every(({ id }) => state.ticked[id] !== undefined);

/** The task that is to be done now; undefined: all are done. */
export const openTask = (lesson: Lesson, state: LessonState | undefined): Task | undefined =>
  lesson.tasks.find(({ id }) => state?.ticked[id] === undefined);

/** A lesson whose texts speak of its own facts. */
interface LessonText<Facts> extends LessonWords {
  readonly reveal: (facts: Facts, guess: Guess) => readonly string[];
  readonly truth: (facts: Facts) => string;
  readonly figure: (facts: Facts, guess: Guess) => Figure;
}

export interface LessonOf<Facts> extends Lesson {
  /** What is computed, and what was seen. */
  readonly facts: (state: LessonState) => Facts;
}

export const lesson = <Facts>(
  own: Omit<Lesson, 'words' | 'reveal' | 'truth'> & {
    readonly facts: (state: LessonState) => Facts;
    readonly words: Readonly<Record<Language, LessonText<Facts>>>;
  },
): LessonOf<Facts> => ({
  ...own,
  reveal: (state, guess, language) => {
    const facts = own.facts(state);
    const { reveal, figure } = own.words[language];
    return { sentences: reveal(facts, guess), figure: figure(facts, guess) };
  },
  truth: (state, language) => own.words[language].truth(own.facts(state)),
});
