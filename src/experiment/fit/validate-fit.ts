import type { FitValidation } from '../../record/fit.ts';
import type { Problem } from '../../manifest/problem.ts';
import { compare } from './compare.ts';
import { evidenceWithin, type Evidence } from './evidence.ts';
import { fitSystem } from './fit-system.ts';
import { loadFolder, replayFolder } from './folder.ts';
import { playFitted, type Play } from './play.ts';

/** This part of the time is fitted, the rest is compared. */
const fitPart = 0.7;

export interface Validated {
  readonly validation: FitValidation | undefined;
  /** Why there is none. */
  readonly unplayed: string | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Fits the first 70 % of the time alone and plays the rest, which that fit has not seen, with the arrivals that came then: predicted
 * and observed differ by chance and by what is wrong with the fit, not by when requests came (Kleijnen 2001, trace-driven validation).
 *
 * @param onPlay told the share of plays that are done.
 */
export async function validateFit(
  all: Evidence,
  plays: number,
  onPlay: (share: number) => void = () => undefined,
): Promise<Validated> {
  const cutMs = all.fromMs + fitPart * (all.toMs - all.fromMs);
  const first = evidenceWithin(all, all.fromMs, cutMs);
  const rest = evidenceWithin(all, cutMs, all.toMs);
  const fitted = fitSystem(first);
  const held = fitSystem(rest);
  const refuse = (unplayed: string, problems: readonly Problem[] = []): Validated => ({
    validation: undefined,
    unplayed,
    problems,
  });
  if (fitted.workloads.every(({ traced }) => traced === undefined))
    return refuse('Nothing tells what the workloads do, so that there is nothing to play.');
  if (held.entries.every(({ profile }) => profile === undefined))
    return refuse('Nothing tells how often pages were asked for, so that there is nothing to play.');
  const folder = replayFolder(fitted, held, all.objects);
  const done: Play[] = [];
  for (let play = 1; play <= plays; play += 1) {
    const { scenario, problems } = await loadFolder(folder, play);
    if (scenario === undefined)
      return refuse(
        'The fitted system is no scenario that can be played.',
        problems.filter(({ severity }) => severity === 'error'),
      );
    done.push(playFitted(scenario));
    onPlay(play / plays);
  }
  return {
    validation: compare(done, fitted, held, { all, held: rest }),
    unplayed: undefined,
    problems: [],
  };
}
