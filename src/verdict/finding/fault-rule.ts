import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, percent, plural } from '../../words/number.ts';
import { failureFinding, failureGroups, harmText, statusesIn } from './failures.ts';
import { levelOf, noHarm, type FindingKind } from './finding.ts';
import { byChange } from './remedy.ts';
import { cutShort, waitingFor } from './waiting-for.ts';

/** A rule injects faults: errors of its own, or delays. */
export const faultRule: FindingKind = {
  code: 'fault-rule',
  seenIn: (record) => [...aborts(record), ...leftIn(record), ...delays(record)],
};

const aborts = (record: RunRecord): FindingRecord[] =>
  failureGroups(record, ['fault-rule'], ({ service }) => service).map((group) => {
    const [one] = group.failures;
    return failureFinding(record, group, {
      code: 'fault-rule',
      sentence: `A rule injects errors into the requests to ${one!.service}, which were answered with ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
      why: 'The rule has `fault: { abort: ... }` (Envoy flag FI): this is what it is for.',
      remedies: [byChange({ kind: 'no-fault', service: one!.service })],
    });
  });

/** A rule for all requests that would answer some itself, and by luck none of this run. */
function leftIn(record: RunRecord): FindingRecord[] {
  const { durationSeconds } = record.scenario;
  const hit = new Set(record.failures.flatMap((own) => (own.cause === 'fault-rule' ? [own.service] : [])));
  const last = record.mesh.at(-1);
  return (last?.rules ?? []).flatMap((own) => {
    const { rule, abort, inert, takesAll } = own;
    const services = own.destinations.map(({ service }) => service);
    const isAsked = record.callers.some(({ rules }) => rules.some((held) => held.rule === rule));
    if (abort === undefined || inert !== null || takesAll !== true || !isAsked) return [];
    if (services.some((service) => hit.has(service))) return [];
    return [
      {
        code: 'fault-rule',
        level: 'harms' as const,
        sentence: `${abortText(rule, abort)} That none of this run was among them is luck.`,
        evidence: [],
        harm: { ...noHarm, fromSeconds: last!.fromSeconds, toSeconds: durationSeconds },
        why: 'The rule has `fault: { abort: ... }` (Envoy flag FI): this is what it is for.',
        remedies: faultRemedies(own),
        look: 'errors',
        trace: null,
      },
    ];
  });
}

const abortText = (rule: string, { share, answer }: NonNullable<RuleFact['abort']>): string =>
  `${rule} answers ${percent(share)} of its requests with ${answer} in place of the service (fault.abort).`;

/** What a rule does to requests on purpose, before a run. */
export const faultsIn = ({ rule, abort, delay }: RuleFact): string[] => [
  ...(abort === undefined ? [] : [abortText(rule, abort)]),
  ...(delay === null || delay.share === 0
    ? []
    : [`${rule} delays ${percent(delay.share)} of its requests by ${delay.seconds} s (fault.delay).`]),
];

export const faultRemedies = ({ destinations }: RuleFact): Remedy[] =>
  [...new Set(destinations.map(({ service }) => service))].map((service) =>
    byChange({ kind: 'no-fault', service }),
  );

/** Shorter delays make no page late by themselves: half of what is late. */
const longPart = 0.5;

function delays(record: RunRecord): FindingRecord[] {
  const found = new Map<string, FindingRecord>();
  const largest = new Map<string, number>();
  const { durationSeconds } = record.scenario;
  record.mesh.forEach(({ rules, fromSeconds }, step) => {
    const toSeconds = record.mesh[step + 1]?.fromSeconds ?? durationSeconds;
    for (const own of rules) {
      if (own.delay === null || own.delay.share === 0 || own.inert !== null) continue;
      const callers = record.callers.filter(({ rules: held }) => held.some(({ rule }) => rule === own.rule));
      if (callers.length === 0) continue;
      const before = found.get(own.rule)?.harm.fromSeconds ?? fromSeconds;
      const most = Math.max(largest.get(own.rule) ?? 0, own.delay.share);
      largest.set(own.rule, most);
      const delay = { ...own.delay, share: most };
      found.set(own.rule, delayFinding(record, own, delay, callers, before, toSeconds));
    }
  });
  return [...found.values()];
}

function delayFinding(
  record: RunRecord,
  { rule }: RuleFact,
  delay: NonNullable<RuleFact['delay']>,
  callers: RunRecord['callers'],
  fromSeconds: number,
  toSeconds: number,
): FindingRecord {
  const { pages } = record;
  const services = [...new Set(callers.map(({ service }) => service))];
  const above = waitingFor(
    record,
    callers.map(({ caller }) => caller),
  );
  const requests = delayedTo(record, services);
  const isLong = delay.seconds * 1000 >= longPart * (pages.lateMs ?? Infinity);
  const harm = {
    ...noHarm,
    ...cutShort(record, new Set([...services, ...above]), [{ fromSeconds, toSeconds }]),
    pagesLate: isLong ? Math.min((pages.late ?? 0) + pages.overdue, requests) : 0,
    seconds: toSeconds - fromSeconds,
    fromSeconds,
    toSeconds,
  };
  const harmed = harm.pages + harm.pagesWithout + harm.pagesLate;
  return {
    code: 'fault-rule',
    level: levelOf(harm, record),
    sentence: `${rule} delays ${percent(delay.share)} of its requests to ${services.join(', ')} by ${delay.seconds} s: ${count(requests)} of them. ${
      harmed === 0
        ? 'No page failed or came late for it.'
        : `${count(harmed)} of ${plural(pages.pages + pages.overdue, 'page')} failed or came late.`
    }`,
    evidence: [],
    harm,
    why: 'The rule has `fault: { delay: ... }` (Envoy flag DI): this is what it is for. A caller that waits for less time than that gives up.',
    remedies: services.map((service) => byChange({ kind: 'no-fault', service })),
    look: 'latency',
    trace: '--where flag=DI',
  };
}

/** Requests that a proxy delayed, and flagged so (Envoy: DI). */
const delayedTo = ({ metrics }: RunRecord, services: readonly string[]): number =>
  metrics.requests
    .filter(
      ({ reporter, service, flags }) =>
        reporter === 'source' && services.includes(service) && flags.split(',').includes('DI'),
    )
    .reduce((sum, own) => sum + own.requests, 0);
