import type {
  Candidate,
  JudgedObjective,
  Sensitivity,
  ShiftPlan,
  TriedPlan,
} from '../../record/shift-plan.ts';
import { shiftPlanFormat } from '../../record/format.ts';
import type { Objective } from '../../scenario/objective.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { meanCi } from '../../stats/index.ts';
import { amount } from '../../report/shift-plan/amount.ts';
import { version } from '../version.ts';
import type { Bracket } from './bracket.ts';
import { candidatesOf, candidateText, leanerOf, type Vary } from './candidates.ts';
import { familiesOf } from './families.ts';
import { inputsOf, type Input } from './inputs.ts';
import { brokenBy, confidenceOfLook, judge } from './judge.ts';
import { playCandidate, type PlayablePlan } from './play-candidate.ts';
import { standing, type SearchSettings, type Standing } from './search.ts';
import { shiftOf, type Shift } from './shift.ts';
import { runsOf, type Results } from './trial.ts';

/** A question to `plan shift`, ready to be worked on. */
export interface ShiftQuestion {
  readonly scenario: Scenario;
  readonly shift: Shift;
  readonly candidates: readonly Candidate[];
  /** Of each candidate. */
  readonly plans: readonly PlayablePlan[];
  /** Of each candidate the first of those that are worth playing together. */
  readonly families: readonly number[];
  readonly inputs: readonly Input[];
  readonly objectives: readonly Objective[];
  readonly windowUs: number;
  /** The time over which all plans are compared: from the first action of any to the end of the longest. */
  readonly fromUs: number;
  readonly untilUs: number;
  readonly settings: SearchSettings;
}

export interface ShiftOptions {
  readonly objectives: readonly Objective[];
  readonly vary: (scenario: Scenario, shift: Shift) => Vary;
  readonly replications: number;
  readonly windowUs: number;
}

const confidence = 0.95;

/** @throws RangeError with what the scenario lacks, for a user to read. */
export function shiftQuestion(scenario: Scenario, options: ShiftOptions): ShiftQuestion {
  const shift = shiftOf(scenario);
  const candidates = candidatesOf(options.vary(scenario, shift));
  const inputs = inputsOf(shift);
  // What cannot be played is told before anything is.
  const plans = candidates.map((own) => playCandidate(scenario, shift, own));
  const { objectives, replications, windowUs } = options;
  const fromUs = plans.reduce((least, own) => Math.min(least, own.startUs), Infinity);
  const untilUs = plans.reduce((most, own) => Math.max(most, own.endUs), 0);
  return {
    scenario,
    shift,
    candidates,
    plans,
    families: familiesOf(plans, fromUs, untilUs),
    inputs,
    objectives,
    windowUs,
    fromUs,
    untilUs,
    settings: {
      candidates: candidates.length,
      leaner: leanerOf(candidates),
      objectives,
      rungs: inputs.map((own) => own.rungs.length),
      replications,
      confidence,
    },
  };
}

/** The answer, as far as the results reach. Where no plan is shown to hold yet, the best is the one that is ahead. */
export function shiftPlan(question: ShiftQuestion, results: Results, interrupted: boolean): ShiftPlan {
  const { scenario, shift, candidates, objectives, settings, windowUs } = question;
  const now = standing(settings, results);
  const { order, brackets } = now;
  const best = now.ahead;
  const tried = order.map((candidate) => triedPlan(question, candidate, results, now));
  const sensitivity =
    best === null ? [] : brackets.map((own, input) => sensitivityOf(question, best, input, own, results));
  const breaking = sensitivity.filter((own) => own.breaksShare !== null);
  const least = breaking.reduce<Sensitivity | undefined>(
    (min, own) => (min === undefined || own.breaksShare! < min.breaksShare! ? own : min),
    undefined,
  );
  return {
    schema: shiftPlanFormat,
    version,
    scenario: { name: scenario.name, path: scenario.path, hash: scenario.hash, seed: scenario.seed },
    guesses: { numbers: scenario.guesses, calls: scenario.guessedCalls },
    shift: { service: shift.service, from: shift.from.name, to: shift.to.name },
    objectives: objectives.map((own) => own.text),
    windowSeconds: windowUs / 1e6,
    fromSeconds: question.fromUs / 1e6,
    untilSeconds: question.untilUs / 1e6,
    replications: settings.replications,
    confidence: confidenceOfLook(settings),
    candidates: tried,
    best: best === null ? null : order.indexOf(best),
    sensitivity,
    breaksFirst: least?.input ?? null,
    laws: best === null ? [] : [...runsOf(best, results)[0]!.laws],
    actions: best === null ? [] : playCandidate(scenario, shift, candidates[best]!).actions,
    runs: results.size,
    interrupted,
  };
}

function triedPlan(
  { candidates, plans, settings }: ShiftQuestion,
  candidate: number,
  results: Results,
  now: Standing,
): TriedPlan {
  const runs = runsOf(candidate, results);
  const { verdict, judged } = judge(settings, runs);
  const hours = runs.flatMap((own) => (own.stoppedAtSeconds === null ? [own.podHours] : []));
  const cost = hours.length < 2 ? undefined : meanCi({ data: hours, conf: confidenceOfLook(settings) });
  const { startUs, endUs } = plans[candidate]!;
  return {
    candidate: candidates[candidate]!,
    text: candidateText(candidates[candidate]!),
    verdict:
      runs.length === 0
        ? 'not played'
        : typeof now.best === 'number' && candidate !== now.best && !now.out.has(candidate)
          ? 'dearer'
          : verdict,
    runs: runs.length,
    stoppedAtSeconds: runs.find((own) => own.stoppedAtSeconds !== null)?.stoppedAtSeconds ?? null,
    podHours: cost?.mean ?? hours[0] ?? null,
    podHoursHalf: cost?.half ?? null,
    shiftSeconds: (endUs - startUs) / 1e6,
    judged: runs.length === 0 ? [] : judged,
  };
}

function sensitivityOf(
  { inputs, objectives }: ShiftQuestion,
  best: number,
  input: number,
  { holds, breaks }: Bracket,
  results: Results,
): Sensitivity {
  const { name, rungs } = inputs[input]!;
  const runs = breaks === rungs.length ? [] : runsOf(best, results, { input, rung: breaks });
  const broken = brokenBy(objectives, runs)[0];
  const isLeast = runs.some((own) => own.stoppedAtSeconds !== null);
  return {
    input: name,
    holdsAt: rungs[holds]?.text ?? null,
    breaksAt: rungs[breaks]?.text ?? null,
    breaksShare: rungs[breaks]?.share ?? null,
    by: broken === undefined ? null : brokenText(broken, isLeast),
  };
}

const brokenText = ({ objective, mean, unit }: JudgedObjective, isLeast: boolean): string =>
  `${amount(mean, unit)}${isLeast ? ' or more' : ''} where ${objective} is wanted`;
