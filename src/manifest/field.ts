import * as z from 'zod';
import { parseCpu, parseDuration, parsePercent, quantityNumber, quantityProblem } from './quantity.ts';

/**
 * The values that fields of our own kinds (Scenario, App) hold, as zod schemas: they check, they type, and `meshshift schema`
 * prints them. Whoever owns a setting describes it: `duration.describe('How long a visitor waits.')`.
 */

/** A custom complaint from within a transform. */
export function fail(
  context: { addIssue(issue: { code: 'custom'; message: string }): void },
  message: string,
): typeof z.NEVER {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** A duration with its unit, to microseconds. */
export const duration = z
  .string({ error: 'expected a duration with a unit, such as 500ms, 2s or 1h30m' })
  .transform((text, context) => {
    const parsed = parseDuration(text);
    return 'us' in parsed ? parsed.us : fail(context, parsed.problem);
  })
  .meta({ description: 'A duration with its unit: 500us, 10ms, 2s, 1m30s.', examples: ['500ms', '2s'] });

/** A duration that cannot be this short, whatever it is for. */
export const durationFrom = (leastUs: number, words: string) => duration.refine((us) => us >= leastUs, words);

/** A percentage with its sign, to a share. */
export const percent = z
  .string({ error: 'expected a percentage with its sign, such as 99% or 0.5%' })
  .transform((text, context) => {
    const parsed = parsePercent(text);
    return 'share' in parsed ? parsed.share : fail(context, parsed.problem);
  })
  .meta({ description: 'A percentage with its sign: 99%, 0.5%.', examples: ['99%'] });

/** An amount of CPU, to thousandths of a core. */
export const milli = z
  .union([z.string(), z.number()], { error: 'expected an amount of CPU, such as 500m or 8' })
  .transform((amount, context) => {
    const parsed = parseCpu(String(amount));
    return 'millicores' in parsed ? parsed.millicores : fail(context, parsed.problem);
  })
  .meta({ description: 'CPU as Kubernetes writes it: 500m, 8.', examples: ['500m', '8'] });

/** An amount of CPU as something was seen to use it, in thousandths of a core: fractions of them count, unlike in a request. */
export const milliUsed = z
  .union([z.string(), z.number()], { error: 'expected an amount of CPU, such as 3.6m or 0.012' })
  .transform((amount, context) => {
    const text = String(amount);
    const used = quantityNumber(text, 1_000n);
    if (used === undefined) return fail(context, quantityProblem(text)!);
    return used >= 0 ? used : fail(context, 'must be greater than or equal to 0');
  })
  .meta({
    description: 'CPU that is used, as Kubernetes writes it: 3.6m, 0.012.',
    examples: ['3.6m', '0.012'],
  });

const notANumber = { error: 'expected a number' };

export const positive = z.number(notANumber).positive('expected a number above 0');
export const notNegative = z.number(notANumber).nonnegative('expected a number of at least 0');
/** 0, 1, 2, ... */
export const whole = z
  .number({ error: 'expected a whole number' })
  .int('expected a whole number')
  .nonnegative('expected a whole number of at least 0');
/** 1, 2, 3, ... */
export const count = whole.positive('expected a whole number of at least 1');

/** Of how different the durations of one law may be; a cv of 1000 has its median at a millionth of its mean already. */
const greatestCv = 1000;

const weight = notNegative.describe('How often, beside the weights of the others.');

const constant = z.strictObject({
  dist: z.literal('constant').describe('Always the same.'),
  value: duration.describe('How long.'),
});
const uniform = z
  .strictObject({
    dist: z.literal('uniform').describe('Anything between min and max, each as likely.'),
    min: duration.describe('Shortest.'),
    max: duration.describe('Longest.'),
  })
  .refine(({ min, max }) => min <= max, { error: 'min must be at most max', path: ['min'] });
const exponential = z.strictObject({
  dist: z.literal('exponential').describe('Without memory: mostly short, seldom long.'),
  mean: duration.describe('Mean.'),
});
const lognormalFields = z.strictObject({
  dist: z.literal('lognormal').describe('As latencies are: p50 and p99, or mean and cv.'),
  p50: duration.describe('Half are shorter.').optional(),
  p99: duration.describe('One of a hundred is longer.').optional(),
  mean: duration.describe('Mean.').optional(),
  cv: positive
    .max(greatestCv, `expected at most ${greatestCv}`)
    .describe('Standard deviation divided by the mean.')
    .optional(),
});

function toLognormal(
  { p50, p99, mean, cv }: z.output<typeof lognormalFields>,
  context: Parameters<typeof fail>[0],
): { dist: 'lognormal'; p50: number; p99: number } | { dist: 'lognormal'; mean: number; cv: number } {
  if (p50 !== undefined && p99 !== undefined && mean === undefined && cv === undefined) {
    return 0 < p50 && p50 <= p99
      ? { dist: 'lognormal', p50, p99 }
      : fail(context, 'p50 must be above 0 and at most p99');
  }
  if (mean !== undefined && cv !== undefined && p50 === undefined && p99 === undefined) {
    return mean > 0 ? { dist: 'lognormal', mean, cv } : fail(context, 'mean must be above 0');
  }
  return fail(context, 'a lognormal law takes p50 and p99, or mean and cv');
}

const empirical = z.strictObject({
  dist: z.literal('empirical').describe('Measured values, each as likely; between them is interpolated.'),
  values: z
    .array(duration.describe('One measured value.'))
    .min(1, 'expected at least one value')
    .describe('What was measured.'),
});

const part = z.discriminatedUnion('dist', [
  constant.extend({ weight }),
  uniform.safeExtend({ weight }),
  exponential.extend({ weight }),
  lognormalFields
    .extend({ weight })
    .transform(({ weight: own, ...law }, context) => ({ ...toLognormal(law, context), weight: own })),
  empirical.extend({ weight }),
]);
const mixture = z.strictObject({
  dist: z.literal('mixture').describe('One of several laws, as often as its weight says.'),
  parts: z
    .array(part)
    .min(1, 'expected at least one part')
    .refine((parts) => parts.some((own) => own.weight > 0), 'expected a part with a weight above 0')
    .describe('The laws, each with its weight.'),
});

/** How long something takes: a duration, or a law with its parameters; in microseconds. */
export const law = z
  .union([
    duration.transform((value) => ({ dist: 'constant' as const, value })),
    z.discriminatedUnion('dist', [
      constant,
      uniform,
      exponential,
      lognormalFields.transform(toLognormal),
      empirical,
      mixture,
    ]),
  ])
  .meta({ description: 'How long something takes: a duration, or a law with its parameters.' });
