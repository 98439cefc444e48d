import type { CallerRecord } from '../../record/caller.ts';
import type { Remedy } from '../../record/finding.ts';
import type { OtherNameFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { listed } from '../../words/listed.ts';
import { plural } from '../../words/number.ts';
import { callerText } from './caller-text.ts';
import { withoutProxy } from './caller-without-proxy.ts';
import { during } from './during.ts';
import type { FindingKind } from './finding.ts';
import { harmToCallers } from './harm-to-callers.ts';
import { spansOf, tolerated } from './left-to-balancers.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** Pods that a rule tells apart are asked by another name, for which no rule is: past the weights. */
export const anotherName: FindingKind = {
  code: 'another-name',
  seenIn: (record) =>
    toldByStep(record, ({ otherNames = [] }) => otherNames.map((own) => [own.service, own] as const)).flatMap(
      ({ last, all, fromSeconds, toSeconds }) => {
        const past = record.callers
          .filter(({ service }) => service === last.service)
          .flatMap((own) => spansOf(record, own, fromSeconds, toSeconds, ({ shares }) => shares === null))
          .filter(({ requests }) => requests > 0);
        const plain = withoutProxy(record).get(last.service) ?? 0;
        const harm = harmToCallers([...past, { requests: plain }], fromSeconds, toSeconds);
        if (harm.requests === 0) return [];
        const callers = [...new Set(all.flatMap((own) => own.callers))];
        return [
          {
            code: 'another-name',
            level: harm.requests > tolerated * (harm.requests + ruledBy(record, last)) ? 'breaks' : 'harms',
            sentence: [
              `${during(record, fromSeconds, toSeconds)}${otherNameHead({ ...last, callers })}`,
              ...past.map((own) => callerText(own)),
              ...(plain === 0 ? [] : [`${plural(plain, 'request')} came from callers without a sidecar.`]),
            ].join(' '),
            evidence: [],
            harm,
            why: 'A VirtualService or a route is for hosts, not for pods. Another Service that selects the same pods, or a ServiceEntry, is a host of its own to every proxy: without a rule for it the balancer chooses among all its pods.',
            remedies: otherNameRemedies(last),
            look: 'callers',
            trace: null,
          },
        ];
      },
    ),
};

/** What was asked by the names that the rule is for. */
const ruledBy = ({ callers }: RunRecord, { of }: OtherNameFact): number =>
  callers.reduce((sum, own: CallerRecord) => sum + (of.includes(own.service) ? own.requests : 0), 0);

export const otherNameHead = ({ rule, of, service, callers, workloads, atGateway }: OtherNameFact): string =>
  `${rule} ${atGateway === true ? `sends to ${listed(of)} what comes to its Gateway` : `is for ${listed(of)}`}, and ${listed(callers)} ${callers.length === 1 && callers[0] !== 'visitors' ? 'asks' : 'ask'} for ${service}, another name of the same pods (${listed(workloads)}): no rule is for that name, so any of them answers.`;

export const otherNameRemedies = ({ rule, of, service, atGateway }: OtherNameFact): Remedy[] => [
  byHand(
    `Give ${service} a rule with the destinations and weights of ${rule}, and shift both together; or, where ${rule} acts for these callers, let them ${atGateway === true ? 'come by that Gateway' : `ask for ${of[0]!}`}.`,
  ),
];
