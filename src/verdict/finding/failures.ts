import { listed } from '../../words/listed.ts';
import type { Failure, FailureCause } from '../../record/failure.ts';
import type { FindingRecord, Harm } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, moment, percent, plural, span } from '../../words/number.ts';
import { levelOf } from './finding.ts';

/** Failures that are one finding: of some causes, told apart by what they were to reach. */
export interface FailureGroup {
  readonly failures: readonly Failure[];
  readonly harm: Harm;
}

/** Groups of failures of these causes, by a text that tells them apart; the most harm first. */
export function failureGroups(
  record: RunRecord,
  causes: readonly FailureCause[],
  by: (failure: Failure) => string,
): FailureGroup[] {
  const groups = new Map<string, Failure[]>();
  for (const own of record.failures) {
    if (!causes.includes(own.cause)) continue;
    const key = by(own);
    groups.set(key, [...(groups.get(key) ?? []), own]);
  }
  return [...groups.values()].map((failures) => ({ failures, harm: harmOf(failures) }));
}

function harmOf(failures: readonly Failure[]): Harm {
  const total = (of: (own: Failure) => number): number => failures.reduce((sum, own) => sum + of(own), 0);
  const [from, to] = [
    Math.min(...failures.map((own) => own.firstSeconds)),
    Math.max(...failures.map((own) => own.lastSeconds)),
  ];
  return {
    pages: total((own) => own.pages),
    pagesWithout: total((own) => own.pagesWithout),
    pagesLate: 0,
    requests: total((own) => own.requests),
    seconds: Math.min(
      Math.ceil(to - from) || 1,
      total((own) => own.seconds),
    ),
    fromSeconds: from,
    toSeconds: to,
  };
}

/** "14 of 4,000 requests of productpage-v1 to reviews v3" is for others to say; this is how many pages it cost, and when. */
export function harmText(
  { pages, pagesWithout, requests, fromSeconds, toSeconds }: Harm,
  record: RunRecord,
): string {
  const all = record.pages.pages;
  const cost =
    pages > 0
      ? `${count(pages)} of ${plural(all, 'page')} failed (${percent(pages / all, all)})`
      : pagesWithout > 0
        ? `${count(pagesWithout)} of ${plural(all, 'page')} came with an error in place of a part (${percent(pagesWithout / all, all)})`
        : `${plural(requests, 'request')} failed, but no page did: the callers went on without them`;
  if (fromSeconds === null || toSeconds === null) return cost;
  return toSeconds - fromSeconds < 0.1
    ? `${cost}, at ${moment(fromSeconds)}`
    : `${cost}, ${span(fromSeconds, toSeconds)}`;
}

/** The finding that a group of failures is. */
export function failureFinding(
  record: RunRecord,
  { failures, harm }: FailureGroup,
  own: Pick<FindingRecord, 'code' | 'sentence' | 'why' | 'remedies'> & {
    readonly evidence?: readonly string[];
  },
): FindingRecord {
  const sample = failures.find((each) => each.page !== null);
  return {
    code: own.code,
    level: levelOf(harm, record),
    sentence: own.sentence,
    evidence: [
      ...(own.evidence ?? []),
      `${plural(harm.requests, 'request')} failed: ${answersText(failures)}.`,
    ],
    harm,
    why: own.why,
    remedies: own.remedies,
    look: 'errors',
    trace: sample === undefined ? null : traceOf(sample),
  };
}

/** "93 with 503 NC from productpage-v1" */
function answersText(failures: readonly Failure[]): string {
  const by = new Map<string, number>();
  for (const { status, flags, caller, requests } of failures) {
    const seen =
      status === 0
        ? `no answer${flags === '' ? '' : ` (${flags})`}`
        : `${status}${flags === '' ? '' : ` ${flags}`}`;
    const key = `${seen} to ${caller}`;
    by.set(key, (by.get(key) ?? 0) + requests);
  }
  return [...by]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 4)
    .map(([text, requests]) => `${count(requests)} with ${text}`)
    .join(', ');
}

/** Options of `meshshift trace` that find a page with such a request. */
function traceOf({ flags, status, service }: Failure): string {
  const flag = flags.split(',').at(-1)!;
  return [
    `--where ${flag === '' ? `status=${status}` : `flag=${flag}`}`,
    ...(service === '' ? [] : [`--where service=${service}`]),
  ].join(' ');
}

/** The callers of a group, "a", "a and b", "a, b and c". */
export const callersIn = (failures: readonly Failure[]): string =>
  listed([...new Set(failures.map(({ caller }) => caller))]);

/** What the callers of a group saw: "503", "503 or no answer". */
export const statusesIn = (failures: readonly Failure[]): string =>
  [...new Set(failures.map(({ status }) => (status === 0 ? 'no answer' : String(status))))].join(' or ');

/** The versions that a group's requests were meant for. */
export const versionsIn = (failures: readonly Failure[]): string[] => [
  ...new Set(failures.flatMap(({ version }) => version ?? [])),
];

/** "reviews v3", "web-canary", "reviews". */
export const targetOf = ({ service, version, host }: Failure): string =>
  version === null || version === service ? service || host : `${service || host} ${version}`;

/** Whether Envoy's cluster "outbound|9080|v2|reviews.default.svc.cluster.local" is that of a Service's version, or of a Service that is one. */
export function isBehind(cluster: string, service: string, version: string | null): boolean {
  const [, , subset = '', host = ''] = cluster.split('|');
  const isOf = (name: string): boolean => name !== '' && (host === name || host.startsWith(`${name}.`));
  return (isOf(service) && (subset === '' || subset === version)) || (version !== null && isOf(version));
}
