import { a } from './a.ts';
import { b } from './b.ts';
import { d } from './d.ts';
import type { Lesson, LessonId } from './lesson.ts';

/** Every lesson, by its letter. */
export const lessons: Readonly<Partial<Record<LessonId, Lesson>>> = { a, b, d };
