import { greatest, least } from 'd3-array';
import type { JudgedObjective, ShiftPlan, TriedPlan } from '../../record/shift-plan.ts';
import { guessedText } from '../guessed.ts';
import { tableLines, wrapped } from '../layout.ts';
import { percent, plural } from '../../words/number.ts';
import { left, right, type Table } from '../table/table.ts';
import { amount, minutesText } from './amount.ts';

/** The answer of `plan shift` for a terminal: the plan, its margin, what breaks it first, what to apply, what else was tried. */
export function shiftPlanText(plan: ShiftPlan, width: number): string {
  const best = plan.best === null ? undefined : plan.candidates[plan.best]!;
  const { sentence, reasons } = answerOf(plan);
  const sections = [
    [
      ...wrapped(sentence, width, `${best?.verdict === 'holds' ? '✓' : '✗'} `, '  '),
      ...reasons.flatMap((own) => wrapped(own, width, '  - ', '    ')),
    ],
    best === undefined ? [] : titled('Objectives', tableLines(objectiveTable(plan, best), width)),
    plan.sensitivity.length === 0
      ? []
      : titled('How far the inputs may be off', tableLines(sensitivityTable(plan), width)),
    plan.actions.length === 0 ? [] : titled('To apply', tableLines(actionTable(plan), width)),
    plan.candidates.length === 0
      ? []
      : titled('Plans', tableLines(triedTable(plan, shownInText(plan)), width)),
    lawLines(plan),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const titled = (title: string, lines: readonly string[]): string[] => [title, ...lines];

/** The answer in a sentence, and beside it what a planner asks next: how tight, what breaks it, what became of the plan as written. */
export function answerOf(plan: ShiftPlan): {
  readonly sentence: string;
  readonly reasons: readonly string[];
} {
  const { shift, candidates, interrupted } = plan;
  const what = `${shift.service} from ${shift.from} to ${shift.to}`;
  const best = plan.best === null ? undefined : candidates[plan.best]!;
  const failed = candidates.filter((own) => own.verdict === 'fails').length;
  if (best === undefined) {
    if (interrupted)
      return {
        sentence: `Stopped: of ${what} no plan has kept to the objectives to its end yet${failed === 0 ? '' : `, and ${failed} ${failed === 1 ? 'fails' : 'fail'}`}.`,
        reasons: [],
      };
    const nearest = nearestOf(candidates);
    return {
      sentence: `No plan that was tried moves ${what} within ${plan.objectives.join(', ')}.`,
      reasons: nearest === undefined ? [] : [`The nearest: ${nearest.text} (${failureText(nearest)}).`],
    };
  }
  const tightest = worstOf(best)!;
  const guessed = guessedText(plan.guesses, plan.scenario.path);
  const written = candidates.find((own) => own.candidate.steps === null);
  const isShown = best.verdict === 'holds';
  return {
    sentence: `${isShown ? `The cheapest plan that holds${guessed.length > 0 ? ', if the guesses do' : ''}` : 'Stopped. The best plan so far, not yet shown to hold'}: ${best.text}; ${costText(plan, best)}.`,
    reasons: [
      `Tightest: ${tightest.objective}, found ${amount(tightest.mean, tightest.unit)}${tightest.half === null ? '' : ` ± ${amount(tightest.half, tightest.unit)}`} (${wholePercent(tightest.margin)} to spare) in ${plural(best.runs, 'run')}.`,
      ...(isShown ? [firstBreak(plan)] : []),
      ...(written !== undefined && written !== best && written.verdict === 'fails'
        ? [`As written it fails: ${failureText(written)}.`]
        : []),
      ...guessed,
    ],
  };
}

/** A line for somebody who waits: which plan is the best so far. */
export function aheadText(plan: ShiftPlan): string {
  const best = plan.candidates[plan.best!]!;
  const shown =
    best.verdict === 'holds'
      ? `the cheapest that holds (shown by ${plural(best.runs, 'run')})`
      : `kept to the objectives in ${plural(best.runs, 'run')}, not yet shown`;
  return `Best so far: ${best.text}; ${costText(plan, best)}; ${shown}.`;
}

const costText = (plan: ShiftPlan, own: TriedPlan): string =>
  `it takes ${minutesText(own.shiftSeconds)}, ${hours(own)} pod-hours in ${spanText(plan)}`;

/** The time over which pods are counted, of every plan. */
const spanText = ({ fromSeconds, untilSeconds }: ShiftPlan): string =>
  minutesText(untilSeconds - fromSeconds);

/** The same in one breath. */
export function verdictSentence(plan: ShiftPlan): string {
  const { sentence, reasons } = answerOf(plan);
  return [sentence, ...reasons].join(' ');
}

function firstBreak({ sensitivity, breaksFirst, interrupted }: ShiftPlan): string {
  if (interrupted) return 'Stopped before it was known what breaks it.';
  const first = sensitivity.find((own) => own.input === breaksFirst);
  if (first === undefined) return 'Nothing that was tried breaks it.';
  return `What breaks it first: ${first.input} ${first.breaksAt!}.`;
}

const failureText = (tried: TriedPlan): string => {
  const worst = worstOf(tried);
  if (worst === undefined) return 'not played';
  const when = worst.worstAtSeconds === null ? '' : ` from ${minutesText(worst.worstAtSeconds)} on`;
  return `${worst.objective}, found ${foundText(tried, worst)}${when}`;
};

/** What a run shows that was stopped is the least. */
const foundText = ({ stoppedAtSeconds }: TriedPlan, { mean, unit }: JudgedObjective): string =>
  `${amount(mean, unit)}${stoppedAtSeconds === null ? '' : ' or more'}`;

/** The objective with the least to spare; undefined: it was not played. */
export const worstOf = ({ judged }: TriedPlan): JudgedObjective | undefined =>
  least(judged, (own) => own.margin);

/** Of those that were played, the one that has the most to spare, or that kept to its objectives longest. */
const nearestOf = (candidates: readonly TriedPlan[]): TriedPlan | undefined => {
  const played = candidates.filter((own) => own.judged.length > 0);
  const longest = Math.max(...played.map(({ stoppedAtSeconds }) => stoppedAtSeconds ?? Infinity));
  return greatest(
    played.filter(({ stoppedAtSeconds }) => (stoppedAtSeconds ?? Infinity) === longest),
    (own) => worstOf(own)!.margin,
  );
};

const wholePercent = (share: number): string => `${Math.floor(share * 100)} %`;

const hours = ({ podHours, podHoursHalf }: TriedPlan): string =>
  podHours === null
    ? ''
    : podHoursHalf === null
      ? podHours.toFixed(2)
      : `${podHours.toFixed(2)} ± ${podHoursHalf.toFixed(2)}`;

export const objectiveTable = ({ windowSeconds, confidence }: ShiftPlan, best: TriedPlan): Table => ({
  caption: `Worst ${windowSeconds} s of each of ${plural(best.runs, 'run')}: mean, ${percent(confidence)} interval (Student), and what is left to the limit.`,
  columns: [left('objective'), right('found'), right('limit'), right('to spare'), right('worst from')],
  rows: best.judged.map((own) => [
    own.objective,
    own.half === null
      ? amount(own.mean, own.unit)
      : `${amount(own.mean, own.unit)} ± ${amount(own.half, own.unit)}`,
    amount(own.limit, own.unit),
    wholePercent(own.margin),
    own.worstAtSeconds === null ? '' : minutesText(own.worstAtSeconds),
  ]),
});

export const sensitivityTable = ({ sensitivity }: ShiftPlan): Table => ({
  caption: 'Each put off by itself; one run each, the mean of two where one is near a limit.',
  columns: [left('input'), right('holds at'), right('breaks at'), left('because')],
  rows: sensitivity.map((own) => [
    own.input,
    own.holdsAt ?? 'none tried',
    own.breaksAt ?? 'none tried',
    own.by ?? '',
  ]),
});

export const actionTable = ({ actions }: ShiftPlan): Table => ({
  caption: 'Times from the first step of the shift.',
  columns: [right('at'), left('command'), left('for')],
  rows: actions.map((own) => [minutesText(own.afterSeconds), own.command, own.why]),
});

/** Up to the best plan and three more with a cost (eight where none holds), and the one as written. */
function shownInText({ candidates, best }: ShiftPlan): TriedPlan[] {
  const last = best === null ? 7 : best + 3;
  return candidates.filter(
    (own, index) =>
      (index <= last && (best === null || own.podHours !== null)) || own.candidate.steps === null,
  );
}

/** Some of the plans; the caption says of how many, and what became of the others. */
export const triedTable = (plan: ShiftPlan, shown: readonly TriedPlan[]): Table => ({
  caption:
    `Cheapest first: pod-hours of both versions in the same ${spanText(plan)} for every plan, from ${minutesText(plan.fromSeconds)} of the run on. ${restText(plan, shown)}`.trim(),
  columns: [
    left('plan'),
    right('pod-hours'),
    right('takes'),
    right('runs'),
    left('verdict'),
    left('tightest'),
  ],
  rows: shown.map((own) => {
    const worst = worstOf(own);
    return [
      own.text,
      hours(own),
      minutesText(own.shiftSeconds),
      String(own.runs),
      own.verdict,
      worst === undefined ? '' : `${worst.objective}: ${foundText(own, worst)}`,
    ];
  }),
});

/** "12 more fail (stopped where they broke an objective), 16 were not played (they only add pods): plan.json has all." */
function restText({ candidates }: ShiftPlan, shown: readonly TriedPlan[]): string {
  const rest = candidates.filter((own) => !shown.includes(own));
  const count = (verdict: TriedPlan['verdict'], says: string): string[] => {
    const found = rest.filter((own) => own.verdict === verdict).length;
    return found === 0 ? [] : [`${found} ${says}`];
  };
  const parts = [
    ...count('dearer', 'more cost more'),
    ...count('holds', 'more hold'),
    ...count('unsure', 'more are not shown to hold'),
    ...count('fails', 'more fail, and were stopped where an objective was broken'),
    ...count('not played', 'were not played, as they only add pods to another one that may hold'),
  ];
  return parts.length === 0 ? '' : `Not shown: ${parts.join('; ')} (plan.json has all).`;
}

export function lawLines({ laws }: ShiftPlan): string[] {
  if (laws.length === 0) return [];
  const broken = laws.filter((own) => !own.ok);
  return broken.length === 0
    ? [
        `${plural(laws.length, 'check')} of queueing theory hold in the plan's first run (Little, utilisation; M/M/c where it applies).`,
      ]
    : broken.map((own) => `Does not hold: ${own.law} at ${own.workload}: ${own.text}`);
}
