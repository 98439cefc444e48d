import { describe, expect, test } from 'vitest';
import { languages } from '../../../src/workshop/language/language.ts';
import { firstGuess, guessText, isWhole } from '../../../src/workshop/lesson/guess.ts';
import { lessons } from '../../../src/workshop/lesson/index.ts';
import { isDone, lessonIds, openTask, type LessonState } from '../../../src/workshop/lesson/lesson.ts';
import { setUp, played, Pupil } from './play-lesson.ts';

const wholeGuess = (id: (typeof lessonIds)[number]): readonly number[] => {
  const { ask } = lessons[id];
  return ask.kind === 'choice' ? Array.from({ length: ask.rows }, () => 0) : firstGuess(ask);
};

describe.each(lessonIds)('lesson %s', (id) => {
  const lesson = lessons[id];

  test('is done by its own buttons and by nothing less, and reveals its numbers in both languages', async () => {
    const pupil = await Pupil.at(lesson, 'blue-17');
    expect(isDone(lesson, pupil.state)).toBe(lesson.tasks.length === 0);
    expect(openTask(lesson, pupil.state)).toBe(lesson.tasks[0]);
    const state: LessonState = await pupil.finish();
    expect(isDone(lesson, state)).toBe(true);
    for (const language of languages) {
      const { sentences, figure } = lesson.reveal(state, wholeGuess(id), language);
      const all = [...sentences, lesson.truth(state, language)].join(' ');
      expect(all).toMatch(/\d/);
      expect(all).not.toMatch(/undefined|NaN|Infinity|null|\[object/);
      expect(figure.title).not.toBe('');
    }
  });

  test('has words for each task and each of its buttons, in both languages', async () => {
    const { state } = await Pupil.at(lesson, 'blue-17');
    for (const language of languages) {
      const { tasks } = lesson.words[language];
      expect(Object.keys(tasks)).toEqual(lesson.tasks.map((task) => task.id));
      for (const task of lesson.tasks)
        expect(tasks[task.id]!.moves?.length ?? 0).toBe(task.moves?.(state).length ?? 0);
    }
  });

  test('begins with set-ups that are there, and a guess that the widget can make', () => {
    for (const own of lesson.setUps) expect(setUp(own.base)['scenario.yaml']).toMatch(/kind: Scenario/);
    const { ask } = lesson;
    expect(isWhole(ask, firstGuess(ask))).toBe(ask.kind !== 'choice');
    expect(isWhole(ask, wholeGuess(id))).toBe(true);
    for (const language of languages)
      expect(guessText(ask, wholeGuess(id), lesson.words[language], language)).toMatch(/\S/);
    if (ask.kind === 'choice') {
      for (const language of languages) {
        expect(lesson.words[language].options).toHaveLength(ask.options);
        expect(lesson.words[language].rows).toHaveLength(ask.rows);
      }
    }
  });
});

test('no Chinese text of a lesson is its English one', () => {
  for (const id of lessonIds) {
    const { en, zh } = lessons[id].words;
    for (const key of ['title', 'question', 'ask'] as const) expect(zh[key]).not.toBe(en[key]);
    en.why.forEach((own, index) => expect(zh.why[index]).not.toBe(own));
    expect(zh.why).toHaveLength(en.why.length);
  }
});

test('a task that has been done stays done, whatever is seen later', async () => {
  const pupil = await Pupil.at(lessons.b, 'any');
  await pupil.finish();
  await pupil.do({ do: 'anew', setUp: 0 });
  expect(isDone(lessons.b, pupil.state)).toBe(true);
  expect(openTask(lessons.b, pupil.state)).toBeUndefined();
});

test('who begins again in the middle finds the same task open', async () => {
  const pupil = await Pupil.at(lessons.a, 'blue-1');
  for (let page = 0; page < 9; page += 1)
    await pupil.do({ do: 'act', act: { do: 'refresh', count: 1, everyUs: 0 } });
  expect(lessons.a.tasks[0]!.progress(pupil.state)).toBe(9);
  await pupil.do({ do: 'anew', setUp: 0 });
  expect(lessons.a.tasks[0]!.progress(pupil.state)).toBe(0);
});

test('lesson a is the same in every session of a seat', async () => {
  const [one, other] = [await played(lessons.a, 'blue-3'), await played(lessons.a, 'blue-3')];
  expect(lessons.a.truth(one, 'en')).toBe(lessons.a.truth(other, 'en'));
});
