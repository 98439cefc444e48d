import type { LeftOut } from '../manifest/left-out.ts';
import type { Problem } from '../manifest/problem.ts';
import type { Resource } from '../manifest/resource.ts';
import type { Played } from '../mesh/world-settings.ts';
import type { Dated } from './dated.ts';
import type { Expect } from './expect/index.ts';
import type { GuessedCall } from './load-app.ts';
import type { Guess } from './numbers.ts';
import type { ScenarioText } from './schema.ts';

/** A checked scenario: what is to be played, and what is asked of it, with nothing left to look up. */
export interface Scenario extends Played {
  readonly name: string;
  readonly title: string;
  /** Path as the user gave it; the command that repeats the run names it. */
  readonly path: string;
  readonly durationUs: number;
  readonly windowUs: number;
  /** A page that took longer is late. */
  readonly lateUs: number;
  /** settled: before the clock begins, pods and queues find what the load of the start asks for. */
  readonly start: 'written' | 'settled';
  /** What the safe-rollback meter asks; undefined: nothing. */
  readonly rollback: Rollback | undefined;
  /** For `plan shift`: what must hold and what may vary. */
  readonly plan: ScenarioText['spec']['plan'];
  readonly expect: readonly Expect[];
  /** Numbers that nobody has measured, as far as something rests on them, and calls of the app that are guesses. */
  readonly guesses: readonly Guess[];
  readonly guessedCalls: readonly GuessedCall[];
  /** Settings that differ from the modelled versions' own. */
  readonly settings: readonly string[];
  readonly warnings: readonly Problem[];
  /** PeerAuthentications, Canaries of Flagger, templates of Argo's analyses, configuration: what would act in a cluster, and of which a finding tells how. */
  readonly others: readonly Dated[];
  /** What was read and does not act. */
  readonly ignored: readonly LeftOut[];
  /** Of every text that went in, hex. */
  readonly hash: string;
}

export type TimelineStep = Played['timeline'][number];

/** Reverting the shift, tried at each of some instants of the run. */
export interface Rollback {
  /** The manifest that reverts it, with its resources. */
  readonly file: string;
  readonly resources: readonly Resource[];
  readonly everyUs: number;
  /** First instant, and the last one possible. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly horizonUs: number;
  /** Share of the pages that may fail or be late. */
  readonly allow: number;
}

/**
 * Even windows, at most about 300 of them and none below a second unless the user wants it: 1, 2, 5, 10 ... s.
 */
export function windowFor(durationUs: number): number {
  for (let unit = 1e6; ; unit *= 10) {
    for (const factor of [1, 2, 5]) if (durationUs / (unit * factor) <= 300) return unit * factor;
  }
}
