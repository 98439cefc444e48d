import type { CallerRecord } from '../../record/caller.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { percent } from '../../words/number.ts';
import { plainTextAlong } from '../plain-text.ts';
import { remediesFor } from './bind-remedies.ts';
import { callerText } from './caller-text.ts';
import { callsWithin } from './calls-within.ts';
import { during } from './during.ts';
import { listed } from '../../words/listed.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { tolerated } from './left-to-balancers.ts';
import { byHand } from './remedy.ts';
import { bindingWhy, splitForOthers, visitorsRemedy } from './split-for-others.ts';

/** A rule splits a service for some of its callers, and for others none does, or another. */
export const ruleNotForAllCallers: FindingKind = {
  code: 'rule-not-for-all-callers',
  seenIn: (record) =>
    [...new Set(record.callers.map(({ service }) => service))].flatMap((service) =>
      findingsFor(record, service),
    ),
};

function findingsFor(record: RunRecord, service: string): FindingRecord[] {
  const callers = record.callers.filter((own) => own.service === service);
  const past = pastRules(record, service, callers);
  if (past.length > 0) return past;
  if (!callers.some((own) => splits(own))) return splitForOthers(record, service, callers);
  const spans = spansWithout(record, callers);
  if (spans.length === 0)
    return [...differingRules(record, service, callers), ...splitForOthers(record, service, callers)];
  return spans.map((own) => withoutRule(record, service, callers, own));
}

function withoutRule(
  record: RunRecord,
  service: string,
  callers: readonly CallerRecord[],
  { ruled, others, fromSeconds, toSeconds }: Without,
): FindingRecord {
  const isWhole = fromSeconds === 0 && toSeconds >= record.scenario.durationSeconds;
  const told = isWhole ? [...ruled, ...others] : others;
  const requests = others.reduce((sum, own) => sum + own.requests, 0);
  const all = others.reduce((sum, { caller }) => sum + totalOf(callers, caller), 0);
  const rule = ruled[0]!.rules.findLast((own) => own.fromSeconds < toSeconds && isSplit(own.shares))!;
  const names = listed(others.map(({ caller }) => caller));
  return {
    code: 'rule-not-for-all-callers',
    // Of two rules that are applied one after the other the second comes late for a few.
    level: requests < tolerated * all ? 'harms' : 'breaks',
    sentence: `${during(record, fromSeconds, toSeconds)}${rule.rule} (${sharesText(rule.shares!)}) acts for ${listed(ruled.map(({ caller }) => caller))}, not for ${names}, whose proxies choose among all pods of ${service}. ${told.map((own) => callerText(own)).join(' ')}`,
    evidence: callers.map(
      ({ caller, rules }) =>
        `${caller}: ${rules
          .map((own) => own.rule)
          .filter((own, at, every) => own !== every[at - 1])
          .join('; then ')}.`,
    ),
    harm: { ...noHarm, requests, seconds: toSeconds - fromSeconds, fromSeconds, toSeconds },
    why: bindingWhy(rule.owner!.kind),
    remedies: others.some(({ caller }) => caller === 'visitors')
      ? [visitorsRemedy(names)]
      : callers.some((own) => own.caller === others[0]!.caller && splits(own))
        ? [
            byHand(
              `Let the rule act for ${names} for as long as for the others: change both in one step, or in one rule.`,
            ),
          ]
        : remediesFor(
            rule.owner!,
            service,
            others.map(({ caller }) => caller),
            record.mesh.flatMap(({ rules }) => rules).findLast((own) => own.rule === rule.rule),
          ),
    look: 'callers',
    trace: null,
  };
}

/** A time in which a rule splits for some callers, and for others none does; `answered` and `requests` of these are of that time. */
interface Without {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly ruled: readonly CallerRecord[];
  readonly others: readonly CallerRecord[];
}

/** Times on end with the same callers are one. */
function spansWithout(record: RunRecord, callers: readonly CallerRecord[]): Without[] {
  const edges = [...new Set(callers.flatMap(({ rules }) => rules.map((own) => own.fromSeconds)))].sort(
    (a, b) => a - b,
  );
  const found: Without[] = [];
  edges.forEach((fromSeconds, index) => {
    const toSeconds = edges[index + 1] ?? record.scenario.durationSeconds;
    const at = (own: CallerRecord): CallerRecord['rules'][number] | undefined =>
      own.rules.findLast((each) => each.fromSeconds <= fromSeconds);
    const ruled = callers.filter((own) => isSplit(at(own)?.shares ?? null));
    const others = callers.filter(
      (own) =>
        ruled.length > 0 && at(own)?.shares === null && own.answered.length > 1 && !ruled.includes(own),
    );
    const last = found.at(-1);
    const isSame =
      last !== undefined && last.toSeconds === fromSeconds && namesOf(last.others) === namesOf(others);
    const since = isSame ? last.fromSeconds : fromSeconds;
    const counted = others
      .map((own) => callsWithin(record, own, since, toSeconds))
      .filter(({ requests }) => requests > 0);
    if (counted.length === 0) return;
    if (isSame) found.pop();
    found.push({ fromSeconds: since, toSeconds, ruled, others: counted });
  });
  return found;
}

const namesOf = (callers: readonly CallerRecord[]): string => callers.map(({ caller }) => caller).join();

const totalOf = (callers: readonly CallerRecord[], caller: string): number =>
  callers.find((own) => own.caller === caller)?.requests ?? 0;

/** The proxies of some callers do not know the service, and pass its calls on to any pod, while a rule is for it. */
function pastRules(record: RunRecord, service: string, callers: readonly CallerRecord[]): FindingRecord[] {
  const past = callers.filter(
    ({ caller, rules }) =>
      rules.some(({ passes }) => passes === true) &&
      record.mesh.some(({ calls }) =>
        calls.some((own) => own.caller === caller && own.service === service && own.has === undefined),
      ),
  );
  const rule = record.mesh
    .flatMap(({ rules }) => rules)
    .find(({ inside, services, inert }) => inside && inert === null && services.includes(service));
  if (past.length === 0 || rule === undefined) return [];
  const names = listed(past.map(({ caller }) => caller));
  const called = (record.mesh.at(-1)?.calls ?? []).flatMap((own) =>
    own.service === service && past.some(({ caller }) => caller === own.caller) ? own.workloads : [],
  );
  return [
    {
      code: 'rule-not-for-all-callers',
      level: 'breaks',
      sentence: `${rule.rule} does not act for ${names}: their proxies do not know ${service}, and pass its calls on to any pod of it. ${past.map((own) => callerText(own)).join(' ')}${plainTextAlong(called, record).text}`,
      evidence: [],
      harm: {
        ...noHarm,
        requests: past.reduce((sum, own) => sum + own.requests, 0),
        seconds: record.scenario.durationSeconds,
        fromSeconds: 0,
        toSeconds: record.scenario.durationSeconds,
      },
      why: 'A Sidecar does not let the service in, or it is not exported to their namespace; what a proxy does not know goes to the address that was dialled (PassthroughCluster), past all rules.',
      remedies: [serviceLetIn(service, names)],
      look: 'callers',
      trace: null,
    },
  ];
}

export const serviceLetIn = (service: string, callers: string): Remedy =>
  byHand(`Let ${service} in: an egress host of the Sidecar of ${callers}, or exportTo of the Service.`);

/** Each has a rule, and they are not the same: what holds for one says nothing of the other. */
function differingRules(
  record: RunRecord,
  service: string,
  callers: readonly CallerRecord[],
): FindingRecord[] {
  const lastOf = ({ rules }: CallerRecord): CallerRecord['rules'][number] | undefined =>
    rules.findLast(({ shares }) => shares !== null);
  const held = callers.flatMap((own) => {
    const rule = lastOf(own);
    return rule === undefined ? [] : [{ caller: own, rule, text: sharesText(rule.shares!) }];
  });
  if (new Set(held.map(({ text }) => text)).size < 2) return [];
  return [
    {
      code: 'rule-not-for-all-callers',
      level: 'note',
      sentence: `Callers of ${service} follow different rules: ${held.map(({ caller, rule, text }) => `${caller.caller} ${rule.rule} (${text})`).join('; ')}. ${held.map(({ caller }) => callerText(caller)).join(' ')}`,
      evidence: [],
      harm: {
        ...noHarm,
        seconds: record.scenario.durationSeconds,
        fromSeconds: 0,
        toSeconds: record.scenario.durationSeconds,
      },
      why: 'A match on sourceLabels, gateways or the namespace gives each kind of caller a rule of its own; one share for all of them does not exist.',
      remedies: [
        byHand(
          `If all callers are to have one split, write one route without such a match. Which of them is meant nobody but you can say.`,
        ),
      ],
      look: 'callers',
      trace: null,
    },
  ];
}

/** Its rules divide the requests at some time of the run. */
const splits = ({ rules }: CallerRecord): boolean => rules.some(({ shares }) => isSplit(shares));

const isSplit = (shares: CallerRecord['rules'][number]['shares']): boolean =>
  (shares ?? []).filter(({ share }) => share > 0).length > 1;

/** "v1 50 %, v3 50 %"; of very many the first. */
function sharesText(shares: NonNullable<CallerRecord['rules'][number]['shares']>): string {
  const told = shares.slice(0, mostShares).map(({ version, share }) => `${version} ${percent(share)}`);
  return [...told, ...(shares.length > mostShares ? [`${shares.length - mostShares} more`] : [])].join(', ');
}

const mostShares = 8;
