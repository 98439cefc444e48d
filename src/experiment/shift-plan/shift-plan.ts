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
import { candidatesOf, candidateText, type Vary } from './candidates.ts';
import { inputsOf, type Input } from './inputs.ts';
import { playCandidate } from './play-candidate.ts';
import { brokenBy, judge, runsOf, standing, type Results, type SearchSettings } from './search.ts';
import { shiftOf, type Shift } from './shift.ts';

/** A question to `plan shift`, ready to be worked on. */
export interface ShiftQuestion {
  readonly scenario: Scenario;
  readonly shift: Shift;
  readonly candidates: readonly Candidate[];
  readonly inputs: readonly Input[];
  readonly objectives: readonly Objective[];
  readonly windowUs: number;
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
  for (const candidate of candidates) playCandidate(scenario, shift, candidate);
  const { objectives, replications, windowUs } = options;
  return {
    scenario,
    shift,
    candidates,
    inputs,
    objectives,
    windowUs,
    settings: {
      candidates: candidates.length,
      objectives,
      rungs: inputs.map((own) => own.rungs.length),
      replications,
      confidence,
    },
  };
}

/** The answer, as far as the results reach. */
export function shiftPlan(question: ShiftQuestion, results: Results, interrupted: boolean): ShiftPlan {
  const { scenario, shift, candidates, objectives, settings, windowUs } = question;
  const { order, best, brackets } = standing(settings, results);
  const tried = order.map((candidate) => triedPlan(question, candidate, results, best ?? null));
  const place = best === undefined || best === null ? null : order.indexOf(best);
  const sensitivity =
    best === undefined || best === null
      ? []
      : brackets.map((bracket, input) => sensitivityOf(question, best, input, bracket, results));
  const breaking = sensitivity.filter((own) => own.breaksShare !== null);
  const least = breaking.reduce<Sensitivity | undefined>(
    (min, own) => (min === undefined || own.breaksShare! < min.breaksShare! ? own : min),
    undefined,
  );
  return {
    schema: shiftPlanFormat,
    version,
    scenario: { name: scenario.name, hash: scenario.hash, seed: scenario.seed },
    shift: { service: shift.service, from: shift.from.name, to: shift.to.name },
    objectives: objectives.map((own) => own.text),
    windowSeconds: windowUs / 1e6,
    replications: settings.replications,
    confidence: settings.confidence,
    candidates: tried,
    best: place,
    sensitivity,
    breaksFirst: least?.input ?? null,
    laws: best === undefined || best === null ? [] : [...runsOf(best, results)[0]!.laws],
    actions:
      best === undefined || best === null ? [] : playCandidate(scenario, shift, candidates[best]!).actions,
    runs: results.size,
    interrupted,
  };
}

function triedPlan(
  { candidates, settings }: ShiftQuestion,
  candidate: number,
  results: Results,
  best: number | null,
): TriedPlan {
  const runs = runsOf(candidate, results);
  const { verdict, judged } = judge(settings, runs);
  const hours = runs.map((own) => own.podHours);
  const cost = hours.length < 2 ? undefined : meanCi({ data: hours, conf: settings.confidence });
  return {
    candidate: candidates[candidate]!,
    text: candidateText(candidates[candidate]!),
    // Dearer than the best one, and played once for its cost only.
    verdict: best !== null && runs.length === 1 && candidate !== best ? 'not needed' : verdict,
    runs: runs.length,
    podHours: cost?.mean ?? hours[0]!,
    podHoursHalf: cost?.half ?? null,
    shiftSeconds: runs[0]!.shiftSeconds,
    judged,
  };
}

function sensitivityOf(
  { inputs, objectives }: ShiftQuestion,
  best: number,
  input: number,
  { holds, breaks }: { readonly holds: number; readonly breaks: number },
  results: Results,
): Sensitivity {
  const { name, rungs } = inputs[input]!;
  const broken =
    breaks === rungs.length ? [] : brokenBy(objectives, runsOf(best, results, { input, rung: breaks }));
  return {
    input: name,
    holdsAt: rungs[holds]?.text ?? null,
    breaksAt: rungs[breaks]?.text ?? null,
    breaksShare: rungs[breaks]?.share ?? null,
    by: broken.length === 0 ? null : brokenText(broken[0]!),
  };
}

const brokenText = ({ objective, mean, unit }: JudgedObjective): string =>
  `${amount(mean, unit)} where ${objective} is wanted`;
