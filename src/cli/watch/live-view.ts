import type { Weights } from '../../verdict/sighting.ts';
import { probabilityText } from '../../verdict/judge.ts';
import { Watch, type WatchState } from '../../verdict/watch.ts';
import { describeChange } from '../check/changes.ts';
import { Refused, type Case, type Listener } from '../check/gather.ts';
import { weightsOf } from '../check/judge-cases.ts';
import { count } from '../check/reading.ts';
import { exit, type Io } from '../io.ts';

export interface LiveOptions {
  readonly conf: number;
  /** Enough is seen when every share is shown to be within this much of its weight. */
  readonly within: number;
  readonly output: 'text' | 'json';
}

/**
 * Tells of a split while it comes in: a line at 10, 20, 50, 100, ... requests, at the alarm, when enough is seen and when the
 * weights change; on a terminal the newest state besides. It looks after every request; the e-value pays for that.
 */
export class LiveView implements Listener {
  /** Whether it raised an alarm under any weights so far. */
  alarmed = false;
  readonly #io: Io;
  readonly #options: LiveOptions;
  #case: Case | undefined;
  #watch: Watch | undefined;
  #phase = 0;
  #keys = 0;
  #n = 0;
  #nextLine = 10;
  #nextLook = 10;
  #saidAlarm = false;
  #saidEnough = false;
  #paintedMs = 0;

  constructor(io: Io, options: LiveOptions) {
    this.#io = io;
    this.#options = options;
  }

  /** The state under the newest weights; undefined before the first request. */
  get state(): WatchState | undefined {
    return this.#watch?.state();
  }

  chosen(own: Case, row: number, phase: number): void {
    if (this.#case !== undefined && this.#case !== own) {
      throw new Refused(exit.usage, [
        `--follow watches one service, and there are ${this.#case.service} and ${own.service}: say which with --host`,
      ]);
    }
    this.#case = own;
    // A slow request that began under the old weights says nothing about the new ones.
    if (this.#watch !== undefined && phase < this.#phase) return;
    if (this.#watch === undefined) this.#begin(phase);
    else if (phase > this.#phase) {
      this.#begin(phase);
      this.#say('change', `weights ${describeChange(own.changes[phase - 1]!)}; counting starts anew`);
    } else if (row >= this.#keys) {
      // A version that nobody gave a weight to: with it on the list, its weight is 0.
      this.#begin(phase);
    }
    this.#watch!.observe(row);
    this.#n += 1;
    if (this.#watch!.alarm && !this.#saidAlarm) this.#sayAlarm(row);
    if (this.#n >= this.#nextLook) this.#look();
    if (this.#n >= this.#nextLine) {
      this.#say('state', this.#stateText());
      this.#nextLine = afterRound(this.#nextLine);
    }
  }

  caughtUp(): void {
    if (!this.#io.isTty.stdout || this.#options.output === 'json' || this.#n === 0) return;
    // A backlog comes in thousands of chunks; nobody reads faster than this.
    if (Date.now() - this.#paintedMs < 100) return;
    this.#paintedMs = Date.now();
    this.#io.stdout(`\r\u001b[K${this.#stateText()}`);
  }

  /** Leaves a clean line for what is printed next. */
  end(): void {
    if (this.#io.isTty.stdout && this.#options.output === 'text' && this.#n > 0)
      this.#io.stdout('\r\u001b[K');
  }

  #begin(phase: number): void {
    this.#phase = phase;
    this.#keys = this.#case!.tally.keys.length;
    this.#n = 0;
    this.#nextLine = 10;
    this.#nextLook = 10;
    this.#saidAlarm = false;
    this.#saidEnough = false;
    const weights = weightsInForce(weightsOf(this.#case!), phase);
    if (this.#watch === undefined) this.#watch = new Watch(weights, { alpha: 1 - this.#options.conf });
    else this.#watch.reset(weights);
  }

  #sayAlarm(row: number): void {
    this.alarmed = true;
    this.#saidAlarm = true;
    const { p, impossible } = this.#watch!.state();
    const why = impossible
      ? `${this.#case!.tally.keys[row]} has weight 0 and was seen, which no luck brings about`
      : `luck strays this far in at most ${probabilityText(p)} of all watches, however often one looks`;
    this.#say('alarm', `after ${count(this.#n, 'request')}: a fault; ${why}`);
  }

  /** The intervals take a while, so they are looked at whenever a tenth more is known. */
  #look(): void {
    this.#nextLook = Math.ceil(this.#n * 1.1);
    if (this.#saidAlarm || this.#saidEnough) return;
    const { intervals } = this.#watch!.state();
    const { weights } = weightsInForce(weightsOf(this.#case!), this.#phase);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const { within } = this.#options;
    const isRight = intervals.every(([low, high], key) => {
      const share = weights[key]! / total;
      return low >= share - within && high <= share + within;
    });
    if (!isRight) return;
    this.#saidEnough = true;
    this.#say(
      'enough',
      `after ${count(this.#n, 'request')}: enough is seen; every share is within ${percent(within)} of its weight`,
    );
  }

  #stateText(): string {
    const { counts, intervals, p } = this.#watch!.state();
    const shares = this.#case!.tally.keys.map((key, row) => {
      const [low, high] = intervals[row]!;
      return `${key} ${percent(counts[row]! / this.#n)} (${percent(low)} to ${percent(high)})`;
    });
    return `${count(this.#n, 'request')}: ${shares.join(', ')}; always-valid p = ${probabilityText(p)}`;
  }

  #say(event: 'state' | 'alarm' | 'enough' | 'change', text: string): void {
    const { output } = this.#options;
    if (output === 'json') {
      this.#io.stdout(
        `${JSON.stringify({ event, text, keys: this.#case!.tally.keys, ...this.#watch!.state() })}\n`,
      );
    } else {
      const clear = this.#io.isTty.stdout ? '\r\u001b[K' : '';
      this.#io.stdout(`${clear}${text}\n`);
    }
  }
}

/** The weights after so many changes. */
function weightsInForce({ keys, weights, changes = [] }: Weights, phase: number): Weights {
  return { keys, weights: phase === 0 ? weights : changes[phase - 1]!.weights };
}

/** 10, 20, 50, 100, 200, 500, ... */
function afterRound(n: number): number {
  return String(n).startsWith('2') ? n * 2.5 : n * 2;
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
