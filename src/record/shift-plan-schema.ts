import { flag, list, number, object, orNull, text } from './json-schema.ts';
import { shiftPlanSchema } from './shift-plan.ts';

const autoscaler = object({ name: text, min: number, max: number, target: number }, ['min', 'max', 'target']);
const judged = object({
  objective: text,
  mean: number,
  half: orNull(number),
  limit: number,
  unit: text,
  margin: number,
  verdict: { enum: ['holds', 'fails', 'unsure'] },
  worstAtSeconds: orNull(number),
});

/** JSON Schema (draft 7) of `plan.json`; the meaning of each field stands beside it in shift-plan.ts. */
export const shiftPlanSchemaJson = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'meshshift plan of a shift',
  ...object({
    schema: { const: shiftPlanSchema },
    version: text,
    scenario: object({ name: text, hash: text, seed: text }),
    shift: object({ service: text, from: text, to: text }),
    objectives: list(text),
    windowSeconds: number,
    replications: number,
    confidence: number,
    candidates: list(
      object({
        candidate: object({
          steps: orNull(list(number)),
          pauseSeconds: orNull(number),
          autoscalers: list(autoscaler),
          preScale: number,
        }),
        text,
        verdict: { enum: ['holds', 'fails', 'unsure', 'not needed'] },
        runs: number,
        podHours: number,
        podHoursHalf: orNull(number),
        shiftSeconds: number,
        judged: list(judged),
      }),
    ),
    best: orNull(number),
    sensitivity: list(
      object({
        input: text,
        holdsAt: orNull(text),
        breaksAt: orNull(text),
        breaksShare: orNull(number),
        by: orNull(text),
      }),
    ),
    breaksFirst: orNull(text),
    laws: list(object({ law: text, workload: text, text, ok: flag })),
    actions: list(
      object({ afterSeconds: number, command: text, why: text, file: orNull(text), text: orNull(text) }),
    ),
    runs: number,
    interrupted: flag,
  }),
};
