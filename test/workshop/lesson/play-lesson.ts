import { readdirSync, readFileSync } from 'node:fs';
import type { FolderTexts } from '../../../src/experiment/session/folder.ts';
import { Live } from '../../../src/experiment/session/live.ts';
import {
  isDone,
  looked,
  openTask,
  type Lesson,
  type LessonState,
  type Move,
} from '../../../src/workshop/lesson/lesson.ts';

const texts: FolderTexts = Object.fromEntries(
  readdirSync('scenarios/workshop')
    .filter((own) => own.endsWith('.yaml'))
    .map((own) => [own, readFileSync(`scenarios/workshop/${own}`, 'utf8')]),
);

/** "workshop", or "workshop/b": the same folder with scenario-b.yaml in the place of its scenario. */
export const setUp = (name: string): FolderTexts => {
  const variant = name.split('/')[1];
  return {
    ...texts,
    'scenario.yaml': texts[variant === undefined ? 'scenario.yaml' : `scenario-${variant}.yaml`]!,
  };
};

const secondUs = 1_000_000;

/** Somebody who has locked a prediction and presses the card's buttons in their order, as the page does it. */
export class Pupil {
  readonly #lesson: Lesson;
  readonly #seed: string;
  #live!: Live;
  #setUp = 0;
  #speed = 1;
  state!: LessonState;

  private constructor(lesson: Lesson, seed: string) {
    this.#lesson = lesson;
    this.#seed = seed;
  }

  static async at(lesson: Lesson, seed: string): Promise<Pupil> {
    const pupil = new Pupil(lesson, seed);
    await pupil.do({ do: 'anew', setUp: 0 });
    return pupil;
  }

  async do(move: Move): Promise<void> {
    const live = this.#live;
    switch (move.do) {
      case 'anew': {
        const { base, set, seed = this.#seed } = this.#lesson.setUps[move.setUp]!;
        const opened = await Live.open({ base: { name: base }, set: [...set], seed, journal: [] }, setUp);
        if (opened.value === undefined) throw new Error(JSON.stringify(opened.problems));
        this.#live = opened.value;
        this.#setUp = move.setUp;
        this.#live.runUntil(secondUs);
        break;
      }
      case 'act':
        await live.act(move.act);
        if (move.act.do === 'refresh') this.#await(move.act.count, move.act.everyUs);
        break;
      case 'pages':
        await live.act({ ...move, do: 'refresh' });
        this.#await(move.count, move.everyUs);
        break;
      case 'apply': {
        const { answers, problems } = await live.act({ do: 'apply', text: texts[move.file]! });
        if (answers.length === 0) throw new Error(JSON.stringify(problems));
        break;
      }
      case 'until':
        if (typeof move.until === 'number') live.runUntil(move.until);
        else while (!live.isSettled && live.nowUs < live.endUs) live.step();
        break;
      case 'run':
        this.#speed = move.speed;
    }
    this.look();
  }

  #await(pages: number, everyUs: number): void {
    const live = this.#live;
    live.runUntil(live.nowUs + (pages - 1) * everyUs);
    while (live.waiting > 0 && live.nowUs < live.endUs) this.wait(0.05);
  }

  wait(seconds: number): void {
    this.#live.runUntil(this.#live.nowUs + seconds * secondUs);
    this.look();
  }

  look(): void {
    this.state = looked(this.#lesson, this.state, {
      setUp: this.#setUp,
      speed: this.#speed,
      desk: this.#live.desk(),
    });
  }

  /** Presses every button of every task; what no button does is done by hand: one refresh after the other. */
  async finish(): Promise<LessonState> {
    for (let task = openTask(this.#lesson, this.state); task !== undefined;) {
      const own = task;
      const count = own.moves?.(this.state).length ?? 0;
      if (count === 0)
        for (let page = 0; page < own.of; page += 1)
          await this.do({ do: 'act', act: { do: 'refresh', count: 1, everyUs: 0 } });
      for (let index = 0; index < count; index += 1) {
        const move = own.moves!(this.state)[index];
        if (move !== undefined && this.state.ticked[own.id] === undefined) await this.do(move);
      }
      const next = openTask(this.#lesson, this.state);
      if (next === own) throw new Error(`the buttons of task "${own.id}" do not do it`);
      task = next;
    }
    if (!isDone(this.#lesson, this.state)) throw new Error('not done');
    return this.state;
  }
}

/** A lesson as it is done by its own buttons, and what it then reveals in both languages. */
export const played = async (lesson: Lesson, seed: string): Promise<LessonState> =>
  (await Pupil.at(lesson, seed)).finish();
