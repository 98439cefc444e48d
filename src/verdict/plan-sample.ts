import { normalTail } from '../stats/gamma.ts';
import {
  exactBinomPower,
  normalQuantile,
  probNoneSeen,
  probWithin,
  refreshesToSee,
  twoPropSampleSize,
} from '../stats/index.ts';
import { MOST_REQUESTS } from '../stats/binomial.ts';
import { normalRequiredN, searchRequiredN } from '../stats/required-n.ts';
import { percentTo } from '../words/number.ts';
import { requestsToDetect } from './detection.ts';

export interface SampleQuestion {
  /** Share of the version in question, 0 to 1. */
  readonly share: number;
  readonly conf: number;
  readonly power: number;
  /** To see the split within this much. */
  readonly within?: number;
  /** To notice that the share is this one instead. */
  readonly against?: number;
  /** To tell these error rates apart, on a canary that gets `share` of the traffic. */
  readonly errors?: { readonly baseline: number; readonly canary: number };
  /** Whether a canary with fewer errors is to be noticed, too; else the test looks for more errors only. */
  readonly twoSided?: boolean;
  /** So many requests tell as much as one that is drawn by itself; 1 unless told. */
  readonly designEffect?: number;
  /** Requests per second; without it no times are told. */
  readonly rps?: number;
}

export type SampleGoal = 'see' | 'within' | 'within, first' | 'within, normal' | 'against' | 'errors';

export interface SamplePlan {
  readonly goal: SampleGoal;
  readonly question: string;
  /** Requests (or refreshes) in total; Infinity: no number answers it. */
  readonly requests: number;
  /** How many of them the version is to be expected to get. */
  readonly onVersion: number;
  readonly how: string;
  /** Seconds at the rate; null without one. */
  readonly seconds: number | null;
}

/**
 * How many requests answer which question about a split. One row per question that was asked, and three about seeing it
 * within a distance; seeing the version at all is always one of them. All for one look, at the end.
 * @throws RangeError for shares outside 0 to 1, equal ones that are to be told apart, or a design effect below 1.
 */
export function planSample(question: SampleQuestion): SamplePlan[] {
  const { share, conf, power, within, against, errors, rps, designEffect = 1 } = question;
  if (!(designEffect >= 1)) throw new RangeError(`design effect ${designEffect}: 1 or more is expected`);
  if (against === share) {
    throw new RangeError(`the share is ${percentTo(share, 4)} already: what is it to be told from?`);
  }
  if (errors !== undefined && (share === 0 || share === 1)) {
    throw new RangeError(
      `with a share of ${percentTo(share, 4)} there are no two versions whose errors could differ`,
    );
  }
  if (errors !== undefined && errors.baseline === errors.canary) {
    throw new RangeError(
      `both error rates are ${percentTo(errors.canary, 4)}: there is nothing to tell apart`,
    );
  }
  if (errors !== undefined && errors.canary < errors.baseline && question.twoSided !== true) {
    throw new RangeError(
      `the canary has fewer errors (${percentTo(errors.canary, 4)}) than the baseline (${percentTo(errors.baseline, 4)}), and only more are looked for: --two-sided notices fewer, too; or are the two the wrong way round (baseline,canary)?`,
    );
  }
  const plans: SamplePlan[] = [];
  const add = (goal: SampleGoal, asked: string, independent: number, how: string): void => {
    const requests = Math.ceil(independent * designEffect);
    plans.push({
      goal,
      question: asked,
      requests,
      onVersion: share === 0 ? 0 : requests * share,
      how,
      seconds: rps === undefined ? null : requests / rps,
    });
  };
  const sure = `${percentTo(conf, 4)} sure`;
  add(
    'see',
    `see the version at all, ${sure}`,
    refreshesToSee({ p: share, conf }),
    'exact: smallest n with 1 - (1 - p)^n at least that',
  );
  if (within !== undefined) {
    const asked = { p: share, e: within, conf };
    const found = searchRequiredN(asked, mostSizes);
    const goal = `see its share within ${shownWithin(within)}, ${sure}`;
    if (typeof found === 'string')
      add('within', goal, normalRequiredN(asked), 'normal approximation: z^2 p (1 - p) / e^2');
    else {
      add('within', `${goal}, for good`, found.stableN, 'exact: true for this n and every larger one');
      const fluke = 'exact: may be a fluke of whole counts';
      add('within, first', '  the first n for which it holds', found.firstN, fluke);
      add('within, normal', '  by the normal approximation', found.normalN, 'z^2 p (1 - p) / e^2');
    }
  }
  if (against !== undefined) {
    const { stableN, exact } = requestsToDetect({ p0: share, p1: against, alpha: 1 - conf, power });
    add(
      'against',
      `notice a true ${percentTo(against, 4)} in place of ${percentTo(share, 4)}, power ${percentTo(power, 4)}`,
      stableN,
      exact
        ? `exact two-sided binomial test at ${percentTo(1 - conf, 4)}; true for this n and every larger one`
        : `normal approximation of the two-sided test at ${percentTo(1 - conf, 4)}`,
    );
  }
  if (errors !== undefined) {
    const { baseline, canary } = errors;
    const { n1, n1Ceil } = twoPropSampleSize({
      p1: canary,
      p2: baseline,
      alpha: levelOf(question),
      power,
      ratio: (1 - share) / share,
    });
    add(
      'errors',
      `tell ${percentTo(canary, 4)} errors on the canary from ${percentTo(baseline, 4)}, power ${percentTo(power, 4)}`,
      Math.ceil(n1 / share),
      `normal approximation of the ${question.twoSided === true ? 'two' : 'one'}-sided z test at ${percentTo(1 - conf, 4)}; ${n1Ceil} of them on the canary${
        n1 * Math.min(baseline, canary) < fewErrors
          ? `, where the lower rate brings ${Number((n1 * Math.min(baseline, canary)).toPrecision(2))} errors: so few that level and power are rough`
          : ''
      }`,
    );
  }
  return plans;
}

/** Sizes that are looked at one by one before the normal approximation has to do: half a second. */
const mostSizes = 5_000_000;

/** Four places, or as many as it takes to show two digits. */
const shownWithin = (within: number): string =>
  within >= 1e-6 ? percentTo(within, 4) : `${Number((within * 100).toPrecision(2))} %`;

/** Cochran's rule: below so many expected cases the normal approximation is rough. */
const fewErrors = 5;

/** How likely so many requests in total are to answer; 0 to 1, from the same arithmetic as the plan. */
export function certaintyAfter(requests: number, goal: SampleGoal, question: SampleQuestion): number {
  const { share, conf, within, against, errors, designEffect = 1 } = question;
  const n = Math.floor(requests / designEffect);
  if (n < 1) return 0;
  if (goal === 'see') return 1 - probNoneSeen({ n, p: share });
  const isExact = n <= MOST_REQUESTS;
  if (goal === 'against') {
    if (against === undefined) return 0;
    return isExact
      ? exactBinomPower({ n, p0: share, p1: against, alpha: 1 - conf })
      : normalPower(n, against, question);
  }
  if (goal === 'errors') return errors === undefined ? 0 : errorPower(n, errors, question);
  if (within === undefined) return 0;
  return isExact
    ? probWithin({ n, p: share, e: within })
    : 1 - 2 * normalTail(within * Math.sqrt(n / (share * (1 - share))));
}

/** The formula of requestsToDetect, solved for the power. */
function normalPower(n: number, against: number, { share, conf }: SampleQuestion): number {
  const z = normalQuantile({ q: 1 - (1 - conf) / 2 });
  const reach = Math.abs(against - share) * Math.sqrt(n);
  return normalTail((z * Math.sqrt(share * (1 - share)) - reach) / Math.sqrt(against * (1 - against)));
}

/** The formula of twoPropSampleSize, solved for the power. */
function errorPower(
  n: number,
  { baseline, canary }: { readonly baseline: number; readonly canary: number },
  question: SampleQuestion,
): number {
  const { share } = question;
  const ratio = (1 - share) / share;
  const pooled = (canary + ratio * baseline) / (1 + ratio);
  const underEqual = Math.sqrt((1 + 1 / ratio) * pooled * (1 - pooled));
  const underDifferent = Math.sqrt(canary * (1 - canary) + (baseline * (1 - baseline)) / ratio);
  const z = normalQuantile({ q: 1 - levelOf(question) / 2 });
  const reach = Math.abs(canary - baseline) * Math.sqrt(n * share);
  return normalTail((z * underEqual - reach) / underDifferent);
}

/** twoPropSampleSize takes the level of a two-sided test; one that looks to one side only has half of it there. */
const levelOf = ({ conf, twoSided }: SampleQuestion): number =>
  twoSided === true ? 1 - conf : 2 * (1 - conf);
