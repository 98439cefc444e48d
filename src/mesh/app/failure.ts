import * as z from 'zod';
import type { Stream } from '../../kernel/chance.ts';
import type { Distribution } from '../../kernel/distribution.ts';
import { law, percent } from '../../manifest/field.ts';
import { lawText } from './law-text.ts';

/** When an application that took a request fails it: nothing of the script has been done, or all of it. */
export type FailsWhen = 'before-work' | 'after-work';

/** How an application fails a share of its requests, at random. */
export interface Failure {
  readonly share: number;
  /**
   * status: an answer. reset: the connection breaks in the middle. refuse: the application takes none. unreachable: nor
   * does the sidecar before it, as when its listeners are drained or the pod has gone.
   */
  readonly by: 'status' | 'reset' | 'refuse' | 'unreachable';
  readonly status: number;
  /**
   * Of `status` and `reset`, which come from an application that took the request. after-work: such a failure costs what a
   * success costs, time, CPU and calls; most errors are found out on the way. before-work: nothing, as of a check at the
   * door, or what `takes` says. What is refused costs nothing.
   */
  readonly when: FailsWhen;
  /**
   * Of before-work: how long the application has the request, with a worker, in place of the script; of the CPU it costs what a
   * request costs beside its script. absent: no time, and nothing.
   */
  readonly takes?: Distribution;
  /** When it begins and ends; 0 and Infinity: always. */
  readonly fromUs: number;
  readonly toUs: number;
}

/** What may be written of it, in an app file and in a timeline. */
export const failureFields = {
  share: percent.describe('Share of the requests that fail.'),
  by: z
    .enum(['status', 'reset', 'refuse', 'unreachable'])
    .default('status')
    .describe(
      'status: an answer. reset: the connection breaks. refuse: the application takes none. unreachable: nor does its sidecar.',
    ),
  status: z
    .number()
    .int()
    .min(400)
    .max(599)
    .default(503)
    .describe('Status of the answer, where it is one; 503.'),
  when: z
    .enum(['before-work', 'after-work'])
    .optional()
    .describe(
      'after-work (default): what fails by status or reset has cost the time, the CPU and the calls of its script. before-work: it costs nothing.',
    ),
  takes: law.optional().meta({
    description:
      'Time to the error, in place of the script: a worker is held meanwhile, and of the CPU only `cpu` is used.',
  }),
};

type FailureText = z.output<z.ZodObject<typeof failureFields>>;

/** What of a failure can not be meant together. */
export function checkFailure({ by, when, takes }: FailureText, context: z.core.$RefinementCtx): void {
  if (takes === undefined) return;
  const complain = (message: string): void => context.addIssue({ code: 'custom', message, path: ['takes'] });
  if (by === 'refuse' || by === 'unreachable')
    complain(`what fails by ${by} is never in the application, and takes none of its time`);
  else if (when !== undefined)
    complain('it stands in place of the script: `when` has no meaning beside it, leave it out');
}

/** @param toUs when it ends; Infinity: never. */
export const failureOf = (
  { share, by, status, when = 'after-work', takes }: FailureText,
  fromUs: number,
  toUs: number,
): Failure => ({
  share,
  by,
  status,
  when: takes === undefined ? when : 'before-work',
  ...(takes === undefined ? {} : { takes }),
  fromUs,
  toUs,
});

/** What a request meets first, second and third: who takes it, the application at its door, and at the end of its work. */
export type FailureStage = 'at-connection' | FailsWhen;

const isRefusal = ({ by }: Failure): boolean => by === 'refuse' || by === 'unreachable';
const stageOf = (failure: Failure): FailureStage => (isRefusal(failure) ? 'at-connection' : failure.when);
const order = { 'at-connection': 0, 'before-work': 1, 'after-work': 2 };

export const isTime = ({ fromUs, toUs }: Failure, nowUs: number): boolean => fromUs <= nowUs && nowUs < toUs;

/**
 * Which failure a request meets at a stage; undefined: none. A request meets one of them at most: who has come so far is none of
 * those that earlier stages have failed, and the shares of this one are of all requests.
 */
export function drawFailure(
  failures: readonly Failure[],
  stage: FailureStage,
  nowUs: number,
  chance: Pick<Stream, 'uniform'>,
): Failure | undefined {
  let comeSoFar = 1;
  let isPossible = false;
  for (const own of failures) {
    if (!isTime(own, nowUs)) continue;
    if (stageOf(own) === stage) isPossible = true;
    else if (order[stageOf(own)] < order[stage]) comeSoFar -= own.share;
  }
  if (!isPossible) return undefined;
  let at = chance.uniform() * comeSoFar;
  for (const own of failures) {
    if (stageOf(own) !== stage || !isTime(own, nowUs)) continue;
    if (at < own.share) return own;
    at -= own.share;
  }
  return undefined;
}

/** The words for it, after the name of what fails: "answers 503 to 7 % of its requests, after their work". */
export function failureText({ share, by, status, when, takes }: Failure): string {
  const some = `${Number((share * 100).toFixed(6))} % of its requests`;
  if (by === 'refuse') return `refuses ${some}`;
  if (by === 'unreachable') return `is unreachable for ${some}`;
  const cost =
    takes !== undefined
      ? `in place of their work, after ${lawText(takes)}`
      : when === 'after-work'
        ? 'after their work'
        : 'before any work';
  return by === 'reset' ? `breaks off ${some}, ${cost}` : `answers ${status} to ${some}, ${cost}`;
}
