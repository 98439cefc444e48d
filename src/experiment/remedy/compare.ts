import type { PlayedRemedy, RemedyOutcome } from '../../record/remedied.ts';
import type { Diagnosis, FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, percentTo, plural } from '../../words/number.ts';
import { pairedDifference, type PairedDifference } from '../paired.ts';

/** What the harm of a finding is counted in: pages where it cost some, else requests, else seconds; else whether it is there. */
function unitOf({ harm }: FindingRecord): PlayedRemedy['unit'] {
  if (pagesOf(harm) > 0) return 'pages';
  return harm.requests > 0 ? 'requests' : harm.seconds > 0 ? 'seconds' : 'runs';
}

const pagesOf = ({ pages, pagesWithout, pagesLate }: FindingRecord['harm']): number =>
  pages + pagesWithout + pagesLate;

const harmOf = ({ harm }: FindingRecord, unit: PlayedRemedy['unit']): number =>
  ({ pages: pagesOf(harm), requests: harm.requests, seconds: harm.seconds, runs: 1 })[unit];

/** How a run came off. @param code the harm is that of its findings of this code. */
function outcomeOf({ pages, diagnosis }: RunRecord, code: string, unit: PlayedRemedy['unit']): RemedyOutcome {
  return {
    pages: pages.pages,
    failed: pages.failed + pages.withErrorInBody.reduce((sum, own) => sum + own.pages, 0),
    late: (pages.late ?? 0) + pages.overdue,
    harm: (diagnosis?.findings ?? [])
      .filter((own) => own.code === code)
      .reduce((sum, own) => sum + harmOf(own, unit), 0),
  };
}

/** Runs of a remedy, as counted, against those without it. */
interface Compared {
  readonly unit: PlayedRemedy['unit'];
  readonly before: readonly RemedyOutcome[];
  readonly after: readonly RemedyOutcome[];
  readonly harm: PairedDifference;
  readonly failed: PairedDifference;
  readonly late: PairedDifference;
  readonly removed: number;
  readonly verdict: PlayedRemedy['verdict'];
  readonly sentence: string;
}

/** So much of the harm must be gone for a remedy to help, and so much for it to help in part. */
const [most, some] = [0.9, 0.1];

/** Did it help? */
export function compare(
  finding: FindingRecord,
  before: readonly RunRecord[],
  after: readonly RunRecord[],
): Compared {
  const unit = unitOf(finding);
  const [were, are] = [before, after].map((records) =>
    records.map((own) => outcomeOf(own, finding.code, unit)),
  ) as [RemedyOutcome[], RemedyOutcome[]];
  const of = (what: Exclude<keyof RemedyOutcome, 'pages'>): PairedDifference =>
    pairedDifference(
      were.map((own) => own[what]),
      are.map((own) => own[what]),
    );
  const [harm, failed, late] = [of('harm'), of('failed'), of('late')];
  // Several findings may have one code; this one's part of their harm is all that its remedy can remove.
  const own = Math.min(1, harmOf(finding, unit) / Math.max(1e-9, were[0]!.harm));
  const total = were.reduce((sum, each) => sum + each.harm, 0) * own;
  const ofFinding = total === 0 ? 0 : Math.min(1, (-harm.mean * were.length) / total);
  // A page that fails or comes late by another finding's name is still one.
  const saved = unit === 'pages' ? (cost(were) - cost(are)) / Math.min(total, cost(were)) : 1;
  const removed = Math.min(ofFinding, saved);
  const isWorse = cost(are) > cost(were) && (failed.low ?? failed.mean) + (late.low ?? late.mean) > 0;
  const isLuck = harm.high !== null && harm.high >= 0 && removed < most;
  const verdict = isWorse
    ? 'makes it worse'
    : removed < some || isLuck
      ? 'does not help'
      : removed < most
        ? 'helps in part'
        : 'helps';
  const compared = { unit, before: were, after: are, harm, failed, late, removed, verdict } as const;
  const isMoved = saved < ofFinding - some;
  return { ...compared, sentence: sentenceOf(compared, isMoved, finding, after[0]!.diagnosis!) };
}

const costOf = ({ failed, late }: RemedyOutcome): number => failed + late;

/** Pages that failed or came late, over all seeds. */
const cost = (own: readonly RemedyOutcome[]): number => own.reduce((sum, each) => sum + costOf(each), 0);

/**
 * "helps: removes 98 % of the harm", with what it was and is, and what is the worst then.
 * @param isMoved there is less of the finding than there are pages that come well now
 */
function sentenceOf(
  { unit, before, after, removed, verdict, failed, late }: Omit<Compared, 'sentence'>,
  isMoved: boolean,
  finding: FindingRecord,
  { answer, findings }: Diagnosis,
): string {
  const mean = (own: readonly RemedyOutcome[], of: (each: RemedyOutcome) => number): number =>
    Math.round(own.reduce((sum, each) => sum + of(each), 0) / own.length);
  const [was, is] = [mean(before, (own) => own.harm), mean(after, (own) => own.harm)];
  const numbers =
    unit === 'runs'
      ? is === 0
        ? 'the finding is gone'
        : 'the finding is still there'
      : isMoved
        ? `pages that failed or came late: ${count(mean(before, costOf))} before, ${count(mean(after, costOf))} after`
        : `${count(was)} ${unit} before, ${count(is)} after`;
  const worst = answer === 'holds' ? undefined : findings[0];
  const then =
    worst === undefined
      ? 'Then the run holds.'
      : `Then ${worst.code === finding.code ? 'the worst is still' : 'the worst is'} ${worst.code}: ${worst.sentence}`;
  const part = `removes ${percentTo(removed, removed > 0.995 && removed < 1 ? 1 : 0)} of the harm (${numbers})`;
  switch (verdict) {
    case 'helps':
      return worst === undefined ? `Helps: ${part}. ${then}` : `Helps: ${part}, but more is wrong. ${then}`;
    case 'helps in part':
      return `Helps in part: ${part}. ${then}`;
    case 'does not help':
      return isMoved
        ? `Does not help: the finding is milder, but pages fail or come late as before (${count(mean(before, costOf))} before, ${count(mean(after, costOf))} after). ${then}`
        : `Does not help: ${numbers}. ${then}`;
    case 'makes it worse':
      return `Makes it worse: ${plural(Math.round(failed.mean + late.mean), 'page')} more fail or come late. ${then}`;
  }
}
