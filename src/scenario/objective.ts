import { parseDuration, parsePercent } from '../manifest/quantity.ts';

/** Something that a plan must keep to in every window of the run, or over the whole shift. */
export interface Objective {
  /** As it was written. */
  readonly text: string;
  readonly measure: Measure;
  /** In the measure's unit; a plan keeps to it as long as it is not above. */
  readonly limit: number;
}

export type Measure = keyof typeof measureUnits;

/** What can be demanded, with its unit. */
export const measureUnits = {
  p50: 'ms',
  p95: 'ms',
  p99: 'ms',
  errors: 'share',
  late: 'share',
  share: 'share',
  overload: 's',
  duration: 's',
  pods: 'pods',
  'pod-hours': 'pod-hours',
} as const;

export const objectiveExamples = ['p99 < 400ms', 'errors < 0.1%', 'share within 2 points', 'overload < 30s'];

/** `p99 < 400ms`, `errors <= 0.1%`, `share within 2 points`, `pods < 60`; or what is wrong with it. */
export function parseObjective(text: string): Objective | { readonly problem: string } {
  const parts = /^\s*([a-z0-9-]+)\s*(<=?|within)\s*(\S.*?)\s*$/.exec(text);
  const expected = `expected such as ${objectiveExamples.map((own) => `"${own}"`).join(', ')}`;
  if (parts === null) return { problem: expected };
  const [, name, , amount] = parts as unknown as [string, string, string, string];
  if (!Object.hasOwn(measureUnits, name))
    return { problem: `there is no measure "${name}": ${Object.keys(measureUnits).join(', ')}` };
  const measure = name as Measure;
  const limit = limitOf(measureUnits[measure], amount);
  return typeof limit === 'number' ? { text: text.trim(), measure, limit } : limit;
}

function limitOf(
  unit: (typeof measureUnits)[Measure],
  amount: string,
): number | { readonly problem: string } {
  switch (unit) {
    case 'ms':
    case 's': {
      const parsed = parseDuration(amount);
      return 'us' in parsed ? parsed.us / (unit === 'ms' ? 1000 : 1e6) : { problem: parsed.problem };
    }
    case 'share': {
      const parsed = parsePercent(amount.replace(/\s*points?$/, '%'));
      return 'share' in parsed ? parsed.share : { problem: parsed.problem };
    }
    default: {
      const number = Number(amount);
      return Number.isFinite(number) && number >= 0
        ? number
        : { problem: `expected a number, found "${amount}"` };
    }
  }
}

/** `10/25/50/100`: weights in whole percent that rise. */
export function parseSteps(text: string): { readonly steps: number[] } | { readonly problem: string } {
  const steps = text.split('/').map((own) => (/^\s*\d+\s*$/.test(own) ? Number(own) : NaN));
  const rises = steps.every((own, index) => own > (steps[index - 1] ?? 0) && own <= 100);
  return rises
    ? { steps }
    : {
        problem: `invalid steps "${text}": expected whole percentages that rise to at most 100, such as 10/25/50/100`,
      };
}
