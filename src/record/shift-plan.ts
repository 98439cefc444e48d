import * as z from 'zod';
import { flag, number, text, whole, type Immutable } from './field.ts';
import { shiftPlanFormat } from './format.ts';
import { guesses } from './guesses.ts';

const autoscalerChange = z.strictObject({
  name: text,
  min: number.optional(),
  max: number.optional(),
  target: number.optional().describe('Per cent of CPU requests.'),
});

const candidate = z
  .strictObject({
    steps: z
      .array(number)
      .nullable()
      .describe(
        'Weights of the new version in percent, ascending, the last one 100 or less; null: the timeline as it is written.',
      ),
    pauseSeconds: number.nullable(),
    autoscalers: z.array(autoscalerChange),
    warmUpSeconds: number
      .optional()
      .describe("Of new pods, by the service's DestinationRule; 0: none; absent: as it is written."),
    preScale: number.describe(
      'Pods of the new version for 100 %, of which each step has its part beforehand; 0: what its autoscaler wants.',
    ),
  })
  .describe('One way to make the shift.');

const judgedObjective = z.strictObject({
  objective: text,
  mean: number.describe("Mean over the runs of each run's worst window."),
  half: number.nullable().describe("Half width of Student's interval about it; null with one run."),
  limit: number,
  unit: text,
  margin: number.describe(
    'What is left between the upper end of the interval and the limit, as a share of the limit; negative: it is broken.',
  ),
  verdict: z.enum(['holds', 'fails', 'unsure']),
  worstAtSeconds: number
    .nullable()
    .describe(
      'When the worst window of the first run began; null where the objective is about the whole shift.',
    ),
});

const triedPlan = z.strictObject({
  candidate,
  text: text.describe('"10/25/50/75/100 every 5m, reviews-v3 max 40".'),
  verdict: z
    .enum(['holds', 'fails', 'unsure', 'dearer', 'not played'])
    .describe(
      'dearer: it costs more than the best one, and was played once. not played: it is the same as another one that is not known to fail, but for more pods.',
    ),
  runs: whole,
  stoppedAtSeconds: number
    .nullable()
    .describe(
      'When its first run was stopped, as an objective was broken: what was found is the worst until then. null: its runs were played to their end.',
    ),
  podHours: number
    .nullable()
    .describe(
      'Of both versions, from `fromSeconds` to `untilSeconds`, however long the plan takes; mean over its runs. null: it has no run that was played to its end.',
    ),
  podHoursHalf: number.nullable().describe('Half width of its interval; null with one run.'),
  shiftSeconds: number.describe('From the first action to the end of the last pause.'),
  judged: z.array(judgedObjective).describe('Empty where it was not played.'),
});

const sensitivity = z
  .strictObject({
    input: text.describe('"traffic", "work per request of v3" ...'),
    holdsAt: text.nullable().describe('Largest change tried that holds: "+10 %"; null: none of those tried.'),
    breaksAt: text.nullable().describe('Smallest change tried that breaks; null: none of those tried.'),
    breaksShare: number.nullable().describe('The breaking change as a share of the input: 0.2 for +20 %.'),
    by: text.nullable().describe('The objective that breaks and its value: "p99 1.3 s (limit 400 ms)".'),
  })
  .describe('How far an input may be off before the best plan breaks.');

const planAction = z.strictObject({
  afterSeconds: number.describe('From the first step of the shift; negative: before it.'),
  command: text,
  why: text,
  file: text.nullable().describe('Name of a manifest to apply; null: the command needs none.'),
  text: text.nullable().describe('Its text.'),
});

/** What `meshshift plan shift` found. Times in seconds of simulated time, latencies in ms, shares 0..1. */
export const shiftPlan = z
  .strictObject({
    schema: z.literal(shiftPlanFormat),
    version: text.describe('Version of meshshift that searched.'),
    scenario: z.strictObject({
      name: text,
      path: text.describe('As it was given.'),
      hash: text,
      seed: text,
    }),
    guesses,
    shift: z
      .strictObject({ service: text, from: text, to: text })
      .describe('The service and its versions: `from` gives way to `to`.'),
    objectives: z.array(text),
    windowSeconds: number.describe('Length of the windows by which objectives are judged.'),
    fromSeconds: number.describe(
      'From when on pods are counted, of every plan: the first action of any of them.',
    ),
    untilSeconds: number.describe('Until when: the end of the longest plan.'),
    replications: whole.describe('Runs of a plan, at most: fewer where three show that it holds or fails.'),
    confidence: number.describe('Of the intervals.'),
    candidates: z
      .array(triedPlan)
      .describe(
        'Every plan, cheapest first, and then those without a cost; the one as written is among them.',
      ),
    best: whole
      .nullable()
      .describe(
        'Index into `candidates`; null: none of them was shown to hold. Where the search was interrupted before one was, the cheapest that has kept to the objectives so far: its verdict is `unsure`.',
      ),
    sensitivity: z.array(sensitivity),
    breaksFirst: text
      .nullable()
      .describe(
        'The sensitivity whose smallest breaking change is the smallest of all; null: nothing that was tried breaks the plan.',
      ),
    laws: z
      .array(z.strictObject({ law: text, workload: text, text, ok: flag }))
      .describe('Identities of queueing theory in the first run of the best plan.'),
    actions: z.array(planAction).describe('What to apply and when, for the best plan.'),
    runs: whole.describe('Runs that were played; each is a whole run of the scenario.'),
    interrupted: flag.describe('True: stopped before everything was tried.'),
  })
  .meta({ title: 'meshshift plan of a shift' });

export type ShiftPlan = Immutable<z.infer<typeof shiftPlan>>;
export type TriedPlan = ShiftPlan['candidates'][number];
export type Candidate = TriedPlan['candidate'];
export type AutoscalerChange = Candidate['autoscalers'][number];
export type JudgedObjective = TriedPlan['judged'][number];
export type Sensitivity = ShiftPlan['sensitivity'][number];
export type PlanAction = ShiftPlan['actions'][number];
