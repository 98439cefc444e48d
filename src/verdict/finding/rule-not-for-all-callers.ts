import type { CallerRecord } from '../../record/caller.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { percent } from '../../words/number.ts';
import { callerText } from './caller-text.ts';
import { listed } from './failures.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';

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
  const ruled = callers.filter((own) => splits(own));
  const others = callers.filter((own) => !splits(own) && isSplitElsewhere(own, ruled));
  const past = pastRules(record, service, callers);
  if (past.length > 0) return past;
  const [first] = ruled;
  if (first === undefined) return [];
  if (others.length === 0) return differingRules(record, service, callers);
  const requests = others.reduce((sum, own) => sum + own.requests, 0);
  const rule = first.rules.findLast(({ shares }) => isSplit(shares))!;
  const names = listed(others.map(({ caller }) => caller));
  return [
    {
      code: 'rule-not-for-all-callers',
      level: 'breaks',
      sentence: `${rule.rule} (${sharesText(rule.shares!)}) acts for ${listed(ruled.map(({ caller }) => caller))}, not for ${names}, whose proxies choose among all pods of ${service}. ${[...ruled, ...others].map((own) => callerText(own)).join(' ')}`,
      evidence: callers.map(
        ({ caller, rules }) =>
          `${caller}: ${rules
            .map((own) => own.rule)
            .filter((own, at, all) => own !== all[at - 1])
            .join('; then ')}.`,
      ),
      harm: {
        ...noHarm,
        requests,
        seconds: record.scenario.durationSeconds,
        fromSeconds: 0,
        toSeconds: record.scenario.durationSeconds,
      },
      why: rule.rule.startsWith('VirtualService ')
        ? 'A rule acts where it is bound: `gateways: [mesh]` (or none written) means the sidecars, a gateway’s name that gateway alone; and its hosts must have the name that the caller uses.'
        : 'A route acts where its parentRefs attach it: to a Gateway, for what comes in there; to a Service, for the sidecars of who calls that Service.',
      remedies: [
        ...(others.some(({ caller }) => caller === 'visitors')
          ? [
              byHand(
                `To have it for ${names}, too, add their gateway to the rule’s gateways and the host that they call to its hosts.`,
              ),
            ]
          : bindRemedies(
              rule.rule,
              service,
              record.mesh.flatMap(({ rules }) => rules).findLast((own) => own.rule === rule.rule),
            )),
      ],
      look: 'callers',
      trace: null,
    },
  ];
}

/** The proxies of some callers do not know the service, and pass its calls on to any pod, while a rule is for it. */
function pastRules(record: RunRecord, service: string, callers: readonly CallerRecord[]): FindingRecord[] {
  const past = callers.filter(
    ({ caller, rules }) =>
      rules.some(({ rule }) => rule.endsWith('passed on to its address')) &&
      record.mesh.some(({ calls }) =>
        calls.some((own) => own.caller === caller && own.service === service && own.has === undefined),
      ),
  );
  const rule = record.mesh
    .flatMap(({ rules }) => rules)
    .find(({ inside, services, inert }) => inside && inert === null && services.includes(service));
  if (past.length === 0 || rule === undefined) return [];
  const names = listed(past.map(({ caller }) => caller));
  return [
    {
      code: 'rule-not-for-all-callers',
      level: 'breaks',
      sentence: `${rule.rule} does not act for ${names}: their proxies do not know ${service}, and pass its calls on to any pod of it. ${past.map((own) => callerText(own)).join(' ')}`,
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

/** No rule at all, while the other callers have one: its balancer chooses among all versions. */
const isSplitElsewhere = ({ rules, answered }: CallerRecord, ruled: readonly CallerRecord[]): boolean =>
  ruled.length > 0 && rules.every(({ shares }) => shares === null) && answered.length > 1;

/** "v1 50 %, v3 50 %"; of very many the first. */
function sharesText(shares: NonNullable<CallerRecord['rules'][number]['shares']>): string {
  const told = shares.slice(0, mostShares).map(({ version, share }) => `${version} ${percent(share)}`);
  return [...told, ...(shares.length > mostShares ? [`${shares.length - mostShares} more`] : [])].join(', ');
}

const mostShares = 8;

/** The rule is to act for sidecars that call this host, too. */
export function bindRemedies(rule: string, host: string, fact?: RuleFact): Remedy[] {
  // Validation refuses it (pilot/pkg/config/validation, ValidateVirtualService), as it would be for all that anybody calls.
  if (fact?.hosts.includes('*') === true)
    return [
      byHand(
        `Write a second VirtualService for ${host} with the same destinations and weights and without gateways, and shift both together: Istio refuses a rule for every host ("*") at mesh.`,
      ),
    ];
  const has = fact?.inside === true ? 'mesh' : fact?.services.includes(host) === true ? 'host' : undefined;
  return rule.startsWith('VirtualService ')
    ? [byChange({ kind: 'bind-rule', rule: nameOf(rule), host, ...(has === undefined ? {} : { has }) })]
    : [
        byHand(
          `Write a second ${rule.split(' ')[0]!} with the same backendRefs and weights, whose parentRefs name Service ${host} (group "", kind Service), and shift both together.`,
        ),
      ];
}

/** "web.default" of "VirtualService web.default, rule 1". */
const nameOf = (rule: string): string => rule.split(', ')[0]!.split(' ')[1]!;
