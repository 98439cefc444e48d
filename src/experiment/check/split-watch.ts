import { pEquals, percent, pointsText, pValue } from '../../words/number.ts';
import { evidenceLevels } from '../../verdict/rule-of-evidence.ts';
import { failingText, flagTexts, type Failing } from '../../verdict/failing.ts';
import type { Weights } from '../../verdict/sighting.ts';
import { Watch, type WatchState } from '../../verdict/watch.ts';
import type { Case } from './cases.ts';
import { describeChange } from './changes.ts';
import { FailureWatch } from './failure-watch.ts';
import { weightsOf } from './judge-cases.ts';
import type { Window } from './question.ts';
import { count } from './reading.ts';
import { refusal } from './refused.ts';
import { Windows } from './windows.ts';

export interface WatchOptions {
  readonly conf: number;
  /** Enough is seen when every share is shown to be within this much of its weight; see `defaultWithin`. */
  readonly within: number | undefined;
  /** Judge each window of this length by itself, too. */
  readonly window: Window | undefined;
}

/** What a watch has to tell, in words and in numbers. */
export interface Said {
  readonly event: 'state' | 'alarm' | 'failing' | 'enough' | 'change' | 'window';
  readonly text: string;
  readonly keys: readonly string[];
  readonly state: WatchState;
}

/**
 * Watches a split while it comes in, request by request. It has something to tell at 10, 20, 50, 100, ... requests, at the
 * alarm, when requests are shown to fail, when enough is seen and when the weights change. It looks after every request; the e-value pays for that. Each set
 * of weights is watched by itself at its part of what is a fault by the rule of evidence, so that luck raises an alarm in at most
 * that share of all watches.
 */
export class SplitWatch {
  /** Whether it raised an alarm under any weights so far. */
  alarmed = false;
  /** Whether requests were shown to fail more than a run tolerates, under any weights so far. */
  failed = false;
  /** Requests under the newest weights at which every share was shown to be right; undefined until then. */
  rightAfter: number | undefined;
  /** Whether, under any weights so far, the shares were shown to be right, a fault was, or failures: a watch may end there. */
  enough = false;
  readonly #options: WatchOptions;
  #said: Said[] = [];
  #case: Case | undefined;
  #watch: Watch | undefined;
  #windows: Windows | undefined;
  #failures: FailureWatch | undefined;
  #unrouted: FailureWatch | undefined;
  readonly #saidFailing = new Set<string | null>();
  #phase = 0;
  #chosen = 0;
  #n = 0;
  #nextLine = 10;
  #nextLook = 10;
  #saidAlarm = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** What there is to tell since this was asked last, in order. */
  told(): readonly Said[] {
    const said = this.#said;
    if (said.length > 0) this.#said = [];
    return said;
  }

  /** The newest counts in words; undefined before the first request. */
  get view(): string | undefined {
    return this.#n === 0 ? undefined : this.#stateText(this.#watch!.state());
  }

  /** The state under the newest weights; undefined before the first request. */
  get state(): WatchState | undefined {
    return this.#watch?.state();
  }

  /** How near is near enough under the newest weights. */
  get within(): number {
    return this.#options.within ?? defaultWithin(this.#weights());
  }

  /** One more request of the case, drawn after `phase` changes of its weights. `failure`: how it ended, where that is told. */
  observe(own: Case, row: number, phase: number, startUs: number, failure?: string): void {
    if (this.#case !== undefined && this.#case !== own) {
      throw refusal(
        'usage',
        'MS4005',
        `--follow watches one service, and there are ${this.#case.service} and ${own.service}: say which with --host`,
      );
    }
    this.#case = own;
    this.#chosen += 1;
    // A slow request that began under the old weights says nothing about the new ones.
    if (this.#watch !== undefined && phase < this.#phase) return;
    if (this.#watch === undefined) this.#begin(phase);
    else if (phase > this.#phase) {
      this.#windows?.end();
      this.#begin(phase);
      this.#say('change', `weights ${describeChange(own.changes[phase - 1]!)}; counting starts anew`);
    }
    this.#watch!.observe(row);
    this.#n += 1;
    const key = own.tally.keys[row]!;
    this.#sayFailing(this.#failures!.observe(row, key, failure), `after ${count(this.#n, 'request')}`);
    if (this.#watch!.alarm && !this.#saidAlarm) this.#sayAlarm(row);
    this.#windows?.observe(row, startUs, key, failure);
    if (this.#n >= this.#nextLook) this.#look();
    if (this.#n >= this.#nextLine) {
      this.#say('state', this.#stateText(this.#watch!.state()));
      this.#nextLine = afterRound(this.#nextLine);
    }
  }

  /** What failed before a version was chosen, so far. */
  observeUnrouted(reasons: ReadonlyMap<string, number>): void {
    if (reasons.size === 0) return;
    this.#unrouted ??= new FailureWatch(evidenceLevels({ conf: this.#options.conf }).fault);
    const failing = this.#unrouted.observeUnrouted(reasons, this.#chosen);
    this.#sayFailing(failing, `after ${count(this.#chosen, 'request')} of which the version is known`);
  }

  /** No more comes: the window that is still open is told of. */
  end(): void {
    this.#windows?.end();
  }

  #weights(): Weights {
    return weightsInForce(weightsOf(this.#case!), this.#phase);
  }

  #begin(phase: number): void {
    const { conf, window } = this.#options;
    this.#phase = phase;
    this.#n = 0;
    this.#nextLine = 10;
    this.#nextLook = 10;
    this.#saidAlarm = false;
    this.rightAfter = undefined;
    const weights = this.#weights();
    const sets = this.#case!.changes.length + 1;
    this.#failures = new FailureWatch(evidenceLevels({ conf, looks: sets }).fault);
    if (this.#watch === undefined) {
      // With windows, half of all is theirs; the whole watch shares the rest among its sets of weights.
      const looks = (window === undefined ? 1 : 2) * sets;
      const { fault, suspicious } = evidenceLevels({ conf, looks });
      this.#watch = new Watch(weights, { alpha: fault, missing: suspicious });
      if (window !== undefined) {
        const ofWindows = evidenceLevels({ conf, looks: 2 });
        this.#windows = new Windows(window, weights, ofWindows, {
          ended: (title, watch) => {
            const state = watch.state();
            this.#say('window', `${title}: ${this.#stateText(state)}`, state);
          },
          failing: (title, failing) => this.#sayFailing(failing, title),
          alarm: (title, watch) => {
            const state = watch.state();
            // What is impossible is told once, for the whole watch.
            if (state.impossible) return;
            this.alarmed = true;
            this.#say(
              'alarm',
              `${title}, after ${count(state.n, 'request')}: ${faultText(state, 'windows')}`,
              state,
            );
            this.enough = true;
          },
        });
      }
    } else {
      this.#watch.reset(weights);
      this.#windows?.begin(weights);
    }
  }

  #sayFailing(failing: Failing | undefined, when: string): void {
    // What goes on failing is told of once, be it by its window or by the whole watch.
    if (failing === undefined || this.#saidFailing.has(failing.key)) return;
    this.#saidFailing.add(failing.key);
    this.failed = true;
    const text = [failingText(failing), ...flagTexts([failing])].join(' ');
    this.#say('failing', `${when}: requests fail, which is enough: ${text}`);
    this.enough = true;
  }

  #sayAlarm(row: number): void {
    this.alarmed = true;
    this.#saidAlarm = true;
    const state = this.#watch!.state();
    const text = state.impossible
      ? `enough is seen: a fault; ${this.#case!.tally.keys[row]} has weight 0 and was seen, which no luck brings about`
      : faultText(state, 'watches');
    this.#say('alarm', `after ${count(this.#n, 'request')}: ${text}`);
    this.enough = true;
  }

  /** The intervals take a while, so they are looked at whenever a tenth more is known. */
  #look(): void {
    this.#nextLook = Math.ceil(this.#n * 1.1);
    if (this.#saidAlarm || this.rightAfter !== undefined) return;
    const { intervals } = this.#watch!.state();
    const { weights } = this.#weights();
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const within = this.within;
    const isRight = intervals.every(([low, high], key) => {
      const share = weights[key]! / total;
      return low >= share - within && high <= share + within;
    });
    if (!isRight) return;
    this.rightAfter = this.#n;
    this.#say(
      'enough',
      `after ${count(this.#n, 'request')}: enough is seen; every share is shown to be within ${pointsText(within)} of its weight`,
    );
    this.enough = true;
  }

  #stateText(state: WatchState): string {
    const { n, counts, intervals } = state;
    const shares = this.#case!.tally.keys.map((key, row) => {
      const [low, high] = intervals[row] ?? [0, 1];
      return `${key} ${percent((counts[row] ?? 0) / n)} (${percent(low)} to ${percent(high)})`;
    });
    return `${count(n, 'request')}: ${shares.join(', ')}; ${alwaysValid(state)}`;
  }

  #say(event: Said['event'], text: string, state = this.#watch?.state() ?? nothingSeen): void {
    this.#said.push({ event, text, keys: this.#case?.tally.keys ?? [], state });
  }
}

const nothingSeen: WatchState = {
  n: 0,
  counts: [],
  logE: 0,
  p: 1,
  intervals: [],
  alarm: false,
  impossible: false,
};

/** As a line of JSON. */
export const saidJson = ({ event, text, keys, state }: Said): string =>
  `${JSON.stringify({ event, text, keys, ...state })}\n`;

/** The always-valid p-value in words; what cannot be has none. */
export function alwaysValid({ p, impossible }: WatchState): string {
  if (impossible) return 'impossible at these weights';
  return `always-valid ${pEquals(p)}`;
}

/** 5 points, or half of the smallest weight where that is less: 5 points would pass any share of a 1 % canary from 0 to 6 %. */
export function defaultWithin({ weights }: Weights): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const smallest = Math.min(...weights.filter((weight) => weight > 0)) / total;
  return Math.min(0.05, smallest / 2);
}

/** The weights after so many changes. */
function weightsInForce({ keys, weights, changes = [] }: Weights, phase: number): Weights {
  return { keys, weights: phase === 0 ? weights : changes[phase - 1]!.weights };
}

const faultText = ({ p }: WatchState, of: 'watches' | 'windows'): string =>
  `enough is seen: a fault; luck strays this far in at most ${pValue(p)} of all ${of}, however often one looks`;

/** 10, 20, 50, 100, 200, 500, ... */
function afterRound(n: number): number {
  return String(n).startsWith('2') ? n * 2.5 : n * 2;
}
