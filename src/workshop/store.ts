import { batch, computed, signal } from '@preact/signals';
import type { CheckedText } from '../experiment/session/check-text.ts';
import type { Desk, DeskFinding } from '../experiment/session/desk.ts';
import type { FolderTexts } from '../experiment/session/folder.ts';
import type { Acted } from '../experiment/session/live.ts';
import type { Act, Session } from '../experiment/session/session.ts';
import type { Problem } from '../manifest/problem.ts';
import { ClassRoom } from './class-room.ts';
import { refreshes, seatSeed } from './class/seats.ts';
import { Engine } from './engine.ts';
import { languages, type Language } from './language/language.ts';
import { firstGuess, isWhole, type Guess } from './lesson/guess.ts';
import { lessons } from './lesson/index.ts';
import { looked, type LessonId, type LessonState, type Move, type SetUp } from './lesson/lesson.ts';
import { linkedPage, type Place, type Predictions } from './linked-page.ts';
import { movedWeight, type Weights } from './weights.ts';
import type { Clock, Exported } from './wire.ts';

/** Where the page may be looked at besides the letters of lessons. */
const freeDesk: SetUp = { base: 'workshop', set: [], seed: '42' };

/** Long enough for a page to come, microseconds. */
const pageUs = 500_000;

/**
 * What the page remembers while it is open, and what may be done on it: views read the signals and call the functions. One file, but
 * for the class, as what may be done at a desk touches all that it remembers.
 */
export class Store {
  readonly desk = signal<Desk | undefined>(undefined);
  /** Another session is asked for; until it is there, the one before is shown. */
  readonly isOpening = signal(false);
  readonly clock = signal<Clock>({ speed: 0, isLimited: false });
  readonly troubles = signal<readonly string[]>([]);
  readonly language = signal<Language>(languages.find((own) => navigator.language.startsWith(own)) ?? 'en');
  readonly scheme = signal<'system' | 'light' | 'dark'>('system');
  readonly keysAreOn = signal(true);

  readonly place = signal<Place>('a');
  readonly className = signal('blue');
  readonly seat = signal(1);
  readonly predictions = signal<Predictions>({});
  /** What the session that plays began with. */
  readonly begun = signal({ base: 'workshop', seed: '42' });
  readonly lessonState = signal<LessonState | undefined>(undefined);
  /** How each lesson ended that was seen to its end: for the card of all predictions. */
  readonly ended = signal<Readonly<Partial<Record<LessonId, LessonState>>>>({});

  /** The speed that Play goes on with. */
  readonly speed = signal(1);
  readonly chosen = signal<number | undefined>(undefined);
  readonly version = signal('v3');

  readonly text = signal('');
  readonly checked = signal<CheckedText>({ problems: [], weights: undefined });
  readonly locked = signal<readonly boolean[]>([]);
  /** What kubectl printed last, or why it refused. */
  readonly acted = signal<(Acted & { readonly what: 'apply' | 'act' }) | undefined>(undefined);
  readonly findings = signal<readonly DeskFinding[]>([]);
  /** Why the session could not be opened, or a link or a folder could not be read. */
  readonly problems = signal<readonly Problem[]>([]);
  readonly dialog = signal<'share' | 'command' | 'keys' | 'teacher' | 'sheet' | undefined>(undefined);
  readonly exported = signal<Exported | undefined>(undefined);

  /** The seat that is replayed on the wall. */
  readonly replayed = signal<number | undefined>(undefined);

  readonly lesson = computed(() => {
    const place = this.place.value;
    return place === 'desk' || place === 'cards' ? undefined : lessons[place];
  });
  readonly guess = computed((): Guess => {
    const lesson = this.lesson.value;
    return lesson === undefined ? [] : (this.predictions.value[lesson.id]?.guess ?? firstGuess(lesson.ask));
  });
  readonly isLocked = computed(() => {
    const lesson = this.lesson.value;
    return lesson !== undefined && this.predictions.value[lesson.id]?.isLocked === true;
  });
  /** Percent by version as the sliders stand: of the text, where it is a rule of weights. */
  readonly weights = computed((): Weights | undefined => {
    const { weights } = this.checked.value;
    const versions = this.desk.value?.versions ?? [];
    if (weights === undefined) return undefined;
    return versions.map(({ key }) => weights[key] ?? 0);
  });

  /** Other seats of the class, and many sessions, play in the set-up of lesson a. */
  readonly room = new ClassRoom(this.className, (seeds, count) => {
    const [setUp] = lessons.a.setUps;
    const session = { ...this.#begun(setUp), seed: 'class' };
    return this.#engine.ask('seats', { session, seeds, refreshes: count });
  });

  readonly #engine: Engine;
  readonly #setups: Readonly<Record<string, FolderTexts>>;
  #setUp = 0;
  /** Number of the session that is to be seen: desks of another one, which were on their way when it was left, are not its. */
  #awaited = 0;
  #session: Session = { base: { name: 'workshop' }, set: [], seed: '42', journal: [] };
  #sessions = 0;
  #opened = 0;
  #checks = 0;
  #checking: Promise<void> = Promise.resolve();
  #looksAgainMs = 0;
  #isLooking = false;
  /** Presses of Refresh that have not been asked for yet. */
  #pressed = 0;
  #isAsking = false;
  /** Sessions of places that one went on from. */
  readonly #left = new Map<Place, { readonly fragment: string; readonly state: LessonState | undefined }>();
  #linkTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(code: string, setups: Readonly<Record<string, FolderTexts>>) {
    this.#setups = setups;
    this.#engine = new Engine(code, setups, {
      desk: (session, desk, clock) => {
        if (session === this.#awaited) this.#seen(desk, clock);
      },
      trouble: (message) => {
        this.troubles.value = [...this.troubles.value, message];
        console.error(message);
      },
    });
  }

  /** Opens what a link says, or the first lesson. */
  async begin(fragment: string): Promise<void> {
    if (fragment.length > 1 && (await this.openLink(fragment))) return;
    await this.go('a');
  }

  /** False where the link could not be read: then it is told, and nothing has changed. */
  async openLink(fragment: string): Promise<boolean> {
    const { value, problems } = await this.#engine.ask('read', { fragment: fragment.replace(/^.*#/, '') });
    this.problems.value = problems;
    if (value === undefined) return false;
    const page = linkedPage(value.page);
    this.#leave();
    batch(() => {
      this.place.value = page.place;
      this.className.value = page.className;
      this.seat.value = page.seat;
      this.predictions.value = page.predictions;
    });
    this.#setUp = page.setUp;
    await this.#open(value.session, page.nowUs);
    return true;
  }

  /** A lesson, the free desk, or the card of all predictions; where one has been before, as one left it. */
  async go(place: Place): Promise<void> {
    const left = this.place.value;
    if (left !== place) await this.#keepPlace();
    this.dialog.value = undefined;
    if (place === 'cards') {
      this.place.value = place;
      return;
    }
    this.#leave();
    this.place.value = place;
    const before = this.#left.get(place);
    if (before !== undefined && left !== place) {
      const { value } = await this.#engine.ask('read', { fragment: before.fragment });
      const page = linkedPage(value?.page);
      this.#setUp = page.setUp;
      await this.#open(value!.session, page.nowUs, before.state);
      return;
    }
    this.#setUp = 0;
    const [first] = place === 'desk' ? [freeDesk] : lessons[place].setUps;
    await this.#open(this.#begun(first));
  }

  /** Where one goes on from is found again as one left it. */
  async #keepPlace(): Promise<void> {
    const left = this.place.value;
    if (left === 'cards') return;
    const fragment = await this.#engine.ask('link', { page: this.#page() });
    this.#left.set(left, { fragment, state: this.lessonState.value });
  }

  /** The same seat and set-up from the start. */
  async again(): Promise<void> {
    await this.#open({ ...this.#session, journal: [] });
  }

  /** The free desk with a set-up and a seed of its own. */
  async openDesk(setUp: SetUp): Promise<void> {
    if (this.place.value !== 'desk') await this.#keepPlace();
    this.#leave();
    this.place.value = 'desk';
    this.dialog.value = undefined;
    await this.#open(this.#begun(setUp));
  }

  /** A scenario's folder that was dropped on the page. */
  async openFolder(files: FolderTexts): Promise<void> {
    if (this.place.value !== 'desk') await this.#keepPlace();
    this.#leave();
    this.place.value = 'desk';
    this.dialog.value = undefined;
    await this.#open({ base: { files: { ...files } }, set: [], seed: '42', journal: [] });
  }

  /** Somebody else sits down: nothing is predicted, nothing has been seen. */
  seated(className: string, seat: number): void {
    batch(() => {
      this.className.value = className;
      this.seat.value = seat;
      this.predictions.value = {};
      this.ended.value = {};
    });
    this.#left.clear();
    void this.go(this.place.value);
  }

  get seed(): string {
    return seatSeed(this.className.value, this.seat.value);
  }

  setGuess(guess: Guess): void {
    const lesson = this.lesson.value;
    if (lesson === undefined || this.isLocked.value) return;
    this.predictions.value = { ...this.predictions.value, [lesson.id]: { guess, isLocked: false } };
  }

  /** From here on it counts: whatever was tried before is begun anew, so that nobody predicts what they have seen. */
  async lock(): Promise<void> {
    const lesson = this.lesson.value;
    if (lesson === undefined || !isWhole(lesson.ask, this.guess.value)) return;
    const isBegun = (this.desk.value?.nowUs ?? 0) > 0;
    if (isBegun) this.#leave();
    this.predictions.value = {
      ...this.predictions.value,
      [lesson.id]: { guess: this.guess.value, isLocked: true },
    };
    if (isBegun) await this.#open(this.#begun(lesson.setUps[0]));
    else this.play();
    if (this.desk.value !== undefined) this.#look(this.desk.value, this.clock.value.speed);
    this.#remember();
  }

  /** One page after the other: who presses faster than pages come asks for the next one when the last is there. */
  refresh(count = 1, everyUs = 0): void {
    if (count > 1) void this.act({ do: 'refresh', count, everyUs });
    else {
      this.#pressed += 1;
      this.#askNext();
    }
  }

  #askNext(): void {
    if (this.#pressed === 0 || this.#isAsking) return;
    if (this.desk.value?.yours.some(({ tookUs }) => tookUs === undefined) === true) return;
    this.#pressed -= 1;
    this.#isAsking = true;
    void this.act({ do: 'refresh', count: 1, everyUs: 0 }).finally(() => {
      this.#isAsking = false;
      this.#askNext();
    });
  }

  async act(act: Act): Promise<void> {
    const acted = await this.#engine.ask('act', { act });
    if (act.do !== 'refresh') this.acted.value = { ...acted, what: 'act' };
    if (act.do === 'apply' || act.do === 'delete') await this.#readRule();
    this.#remember();
    this.#lookSoon();
  }

  /** kubectl apply of what stands in the editor. */
  async apply(): Promise<void> {
    // What was typed last may not have been read yet.
    await this.#checking;
    if (this.refusal.value !== undefined) return;
    const acted = await this.#engine.ask('act', { act: { do: 'apply', text: this.text.value } });
    this.acted.value = { ...acted, what: 'apply' };
    this.#remember();
    this.#lookSoon();
  }

  /** Why the text in the editor cannot be applied: the first problem that the API server would refuse it for. */
  readonly refusal = computed(() =>
    this.checked.value.problems.find(({ severity, code }) => severity === 'error' && code.startsWith('MS')),
  );

  /** What a button of a lesson's card does. */
  async move(move: Move): Promise<void> {
    const lesson = this.lesson.value;
    switch (move.do) {
      case 'anew':
        // Another try of the same lesson: what has been done stays done.
        this.#leave();
        this.#setUp = move.setUp;
        return this.#open(this.#begun(lesson!.setUps[move.setUp]!), 0, this.lessonState.value);
      case 'act':
        return this.act(move.act);
      case 'pages': {
        await this.act({ do: 'refresh', count: move.count, everyUs: move.everyUs });
        const lastUs = (this.desk.value?.nowUs ?? 0) + move.count * move.everyUs;
        await this.#engine.ask('until', { until: lastUs + pageUs });
        return;
      }
      case 'apply': {
        const text = this.#textOf(move.file);
        if (text !== undefined) await this.act({ do: 'apply', text });
        return;
      }
      case 'until':
        await this.#engine.ask('until', { until: move.until });
        return;
      case 'run':
        if (move.speed > 0) this.speed.value = move.speed;
        await this.#engine.ask('run', { speed: move.speed });
    }
  }

  play(): void {
    void this.#engine.ask('run', { speed: this.speed.value });
  }

  pause(): void {
    void this.#engine.ask('run', { speed: 0 });
  }

  setSpeed(speed: number): void {
    this.speed.value = speed;
    if (this.clock.value.speed > 0) this.play();
  }

  step(): void {
    void this.#engine.ask('until', { until: 'next' });
  }

  untilHeld(): void {
    void this.#engine.ask('until', { until: 'held' });
  }

  /** Back by playing again from the seed, on by playing on. */
  async toMoment(us: number): Promise<void> {
    if (us < (this.desk.value?.nowUs ?? 0)) await this.#engine.ask('rewind', { toUs: us });
    else await this.#engine.ask('until', { until: us });
    await this.#readRule();
    this.#lookSoon();
  }

  type(text: string): Promise<void> {
    this.text.value = text;
    const own = ++this.#checks;
    this.#checking = this.#engine.ask('check', { text }).then((checked) => {
      if (own === this.#checks) this.checked.value = checked;
    });
    return this.#checking;
  }

  async moveSlider(place: number, to: number): Promise<void> {
    const before = this.weights.value;
    const versions = this.desk.value?.versions ?? [];
    if (before === undefined) return;
    const after = movedWeight(before, this.locked.value, place, to);
    const weights = Object.fromEntries(versions.map(({ key }, index) => [key, after[index]!]));
    // The sliders answer at once; the text follows.
    this.checked.value = { ...this.checked.value, weights };
    const own = ++this.#checks;
    const text = await this.#engine.ask('weigh', { text: this.text.value, weights });
    if (own === this.#checks) await this.type(text);
  }

  lockSlider(place: number, isLocked: boolean): void {
    const versions = this.desk.value?.versions ?? [];
    this.locked.value = versions.map((_, index) =>
      index === place ? isLocked : this.locked.value[index] === true,
    );
  }

  async showCommand(): Promise<void> {
    this.exported.value = undefined;
    this.dialog.value = 'command';
    this.exported.value = await this.#engine.ask('folder', { page: this.#page() });
  }

  async showShare(): Promise<void> {
    this.exported.value = undefined;
    this.dialog.value = 'share';
    this.exported.value = await this.#engine.ask('folder', { page: this.#page() });
  }

  /** A seat's fifteen pages before everybody's eyes, on the free desk: whoever shows it keeps their own seat and predictions. */
  async replay(seat: number): Promise<void> {
    await this.openDesk({ base: 'workshop', set: [], seed: seatSeed(this.className.value, seat) });
    this.replayed.value = seat;
    this.refresh(refreshes, 700_000);
  }

  #begun({ base, set, seed }: SetUp): Session {
    return { base: { name: base }, set: [...set], seed: seed ?? this.seed, journal: [] };
  }

  #textOf(file: string): string | undefined {
    const { base } = this.#session;
    const texts = 'files' in base ? base.files : this.#setups[base.name.split('/')[0]!];
    return texts?.[file];
  }

  async #open(session: Session, untilUs = 0, lessonState?: LessonState): Promise<void> {
    batch(() => {
      this.isOpening.value = true;
      this.lessonState.value = lessonState;
      this.acted.value = undefined;
      this.findings.value = [];
      this.chosen.value = undefined;
      this.locked.value = [];
    });
    this.#pressed = 0;
    this.replayed.value = undefined;
    const number = ++this.#sessions;
    this.#awaited = number;
    const problems = await this.#engine.ask('open', { session, untilUs, number });
    const errors = problems.filter(({ severity }) => severity === 'error');
    this.problems.value = errors;
    // What cannot be opened leaves the one before on the desk.
    if (errors.length === 0) this.#opened = number;
    else if (this.#awaited === number) {
      this.#awaited = this.#opened;
      this.isOpening.value = false;
    }
    this.#session = session;
    const { base, seed } = session;
    this.begun.value = { base: 'name' in base ? base.name : 'workshop', seed };
    await this.#readRule();
    const versions = this.desk.value?.versions ?? [];
    if (!versions.some(({ key }) => key === this.version.value))
      this.version.value = versions.at(-1)?.key ?? '';
    this.#remember();
    // Before the prediction is locked the clock stands: what runs would give the answer away.
    if (untilUs === 0 && (this.lesson.value === undefined || this.isLocked.value)) this.play();
  }

  /** What still comes of the session that plays is not looked at. */
  #leave(): void {
    this.#awaited = 0;
    this.isOpening.value = true;
  }

  async #readRule(): Promise<void> {
    const text = await this.#engine.ask('rule', undefined);
    await this.type(text);
  }

  #seen(desk: Desk, clock: Clock): void {
    batch(() => {
      this.desk.value = desk;
      this.isOpening.value = false;
      this.clock.value = clock;
      this.#look(desk, clock.speed);
    });
    this.#askNext();
    if (desk.pages.done > 0 && performance.now() > this.#looksAgainMs) this.#lookSoon();
  }

  #look(desk: Desk, speed: number): void {
    const lesson = this.lesson.value;
    if (lesson === undefined) return;
    const before = this.lessonState.value;
    // What is done before the prediction is locked does not count: predicting comes first.
    const now = { setUp: this.#setUp, speed, desk };
    const state = this.isLocked.value ? looked(lesson, before, now) : { now, ticked: before?.ticked ?? {} };
    this.lessonState.value = state;
    if (lesson.tasks.every(({ id }) => state.ticked[id] !== undefined))
      this.ended.value = { ...this.ended.value, [lesson.id]: state };
  }

  /** What is wrong is asked for after each deed, and every second or two while the clock runs. */
  #lookSoon(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#looksAgainMs = performance.now() + 2000;
    setTimeout(() => {
      void this.#engine.ask('findings', undefined).then((found) => {
        this.#isLooking = false;
        this.findings.value = (found ?? []).filter(({ level }) => level === 'breaks' || level === 'harms');
      });
    }, 400);
  }

  #page() {
    return {
      place: this.place.value,
      className: this.className.value,
      seat: this.seat.value,
      predictions: this.predictions.value,
      setUp: this.#setUp,
      nowUs: this.desk.value?.nowUs ?? 0,
    };
  }

  /** Keeps the link in the address bar up to date: a reload comes back here. Nothing else is stored. */
  #remember(): void {
    clearTimeout(this.#linkTimer);
    this.#linkTimer = setTimeout(() => {
      void this.#engine.ask('link', { page: this.#page() }).then((fragment) => {
        if (fragment.length < 30_000) history.replaceState(null, '', `#${fragment}`);
      });
    }, 300);
  }
}
