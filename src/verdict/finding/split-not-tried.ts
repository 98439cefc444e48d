import { isOwner } from '../../manifest/rule-name.ts';
import type { CallerRecord } from '../../record/caller.ts';
import type { FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { listed } from '../../words/listed.ts';
import { plural } from '../../words/number.ts';
import { withoutProxy } from './caller-without-proxy.ts';
import { callsWithin } from './calls-within.ts';
import { during } from './during.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { harmToCallers } from './harm-to-callers.ts';
import { spansOf } from './left-to-balancers.ts';
import { byHand } from './remedy.ts';
import { isAbout } from './route-not-asked.ts';
import { isElsewhere } from './split-for-others.ts';
import { askedRules, drawnOf, podsText, splitsIn, weightsOf, type Split } from './splits-in.ts';
import { toldByStep } from './told-by-step.ts';

/**
 * A split that acts, and that no request of a run followed: callers have another rule for its very host, which forbids the tick; or
 * nobody asks for what it is for, which is worth a note. Where another route of the same rule takes the requests, `route-not-asked`
 * tells it; where no rule does, `rule-not-for-all-callers`.
 */
export const splitNotTried: FindingKind = {
  code: 'split-not-tried',
  seenIn: (record) => {
    const all = untriedIn(record);
    const outranked = all.filter(({ outranks }) => outranks.length > 0);
    const idle = all.filter(({ outranks }) => outranks.length === 0);
    const spans = new Set(idle.map(({ fromSeconds, toSeconds }) => `${fromSeconds} ${toSeconds}`));
    return [
      ...outranked.map((own) => outrankedIn(record, own)),
      ...[...spans].map((span) =>
        idleIn(
          record,
          idle.filter(({ fromSeconds, toSeconds }) => `${fromSeconds} ${toSeconds}` === span),
        ),
      ),
    ];
  },
};

interface Untried {
  readonly split: Split;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Sidecars that ask for its very host and have another resource's rule there, with what they asked meanwhile. */
  readonly outranks: readonly CallerRecord[];
}

function untriedIn(record: RunRecord): Untried[] {
  const asked = askedRules(record);
  const plain = withoutProxy(record);
  const seen = new Set(
    record.mesh.flatMap((step) =>
      splitsIn(step)
        .filter(({ rule }) => asked.has(rule))
        .map(podsText),
    ),
  );
  return toldByStep(record, (step) =>
    splitsIn(step)
      .filter((own) => !asked.has(own.rule) && !seen.has(podsText(own)))
      .map((own) => [own.rule, own] as const),
  ).flatMap(({ last: split, fromSeconds, toSeconds }) => {
    const { owner, services = [] } = split;
    const within = (isSuch: (rule: CallerRecord['rules'][number]) => boolean): CallerRecord[] =>
      record.callers
        .flatMap((own) => spansOf(record, own, fromSeconds, toSeconds, isSuch))
        .filter(({ requests }) => requests > 0);
    // A delegate is for the hosts of its root; what callers get without a rule is told with them.
    const isToldElsewhere =
      (owner.kind === 'VirtualService' && services.length === 0) ||
      [...services, ...drawnOf(split).map(({ service }) => service)].some((own) => plain.has(own)) ||
      within((rule) => rule.owner !== null && isOwner(rule.owner, owner)).length > 0 ||
      within(({ shares }) => shares === null).some(
        (own) =>
          isFor(record, split, own) &&
          (own.rules.some((rule) => rule.owner === null) || isElsewhere(split, own)),
      );
    if (isToldElsewhere) return [];
    const outranks = within(({ owner: other }) => other !== null).filter(
      ({ caller, service }) =>
        caller !== 'visitors' && (split.inside ?? services.length > 0) && services.includes(service),
    );
    return [{ split, fromSeconds, toSeconds, outranks }];
  });
}

const isFor = (record: RunRecord, split: Split, caller: CallerRecord): boolean =>
  split.services?.includes(caller.service) === true || isAbout(record, split, caller);

function outrankedIn(record: RunRecord, { split, fromSeconds, toSeconds, outranks }: Untried): FindingRecord {
  const harm = harmToCallers(outranks, fromSeconds, toSeconds);
  const names = listed([...new Set(outranks.map(({ caller }) => caller))]);
  const service = outranks[0]!.service;
  const instead = followed(outranks, toSeconds);
  return {
    code: 'split-not-tried',
    level: 'harms',
    sentence: `${during(record, fromSeconds, toSeconds)}${split.rule} (${weightsOf(split)}) is not tried: none of ${plural(harm.requests, 'request')} of ${names} to ${service} followed it. ${listed(instead)} ${instead.length === 1 ? 'acts' : 'act'} for ${names} in its place.`,
    evidence: [],
    harm,
    why: 'A sidecar follows one rule for a host: what is exported to the caller’s own namespace alone (exportTo ".") goes before what is exported there by name, and that before what all see, however old they are; an HTTPRoute of the caller’s namespace goes before one of the Service’s.',
    remedies: [
      byHand(
        `If its weights are meant for ${names}, give ${listed(instead)} the same weights and shift both together, or take it away.`,
      ),
      byHand('If they are meant for others, let these call in the traffic of the scenario, too.'),
    ],
    look: 'callers',
    trace: null,
  };
}

/** Rules that acted for callers until then. */
const followed = (callers: readonly CallerRecord[], toSeconds: number): string[] => [
  ...new Set(
    callers.flatMap(({ rules }) =>
      rules.filter((own) => own.owner !== null && own.fromSeconds < toSeconds).map(({ rule }) => rule),
    ),
  ),
];

function idleIn(record: RunRecord, idle: readonly Untried[]): FindingRecord {
  const [{ fromSeconds, toSeconds }] = idle as [Untried];
  const called = record.callers.map((own) => callsWithin(record, own, fromSeconds, toSeconds));
  const told = idle.slice(0, mostTold).map(({ split }) => {
    const others = called.filter((own) => own.requests > 0 && isFor(record, split, own));
    const names = [...new Set(drawnOf(split).map(({ service }) => service))];
    const because =
      others.length === 0
        ? `nobody asks for ${listed(names)}`
        : `${listed(followed(others, toSeconds), 'and', mostTold)} took what was asked`;
    return `${split.rule} (${weightsOf(split)}; ${because})`;
  });
  const more = idle.length > mostTold ? [`${idle.length - mostTold} more`] : [];
  return {
    code: 'split-not-tried',
    level: 'note',
    sentence:
      `${during(record, fromSeconds, toSeconds)}no request followed ${listed([...told, ...more])}: of these weights the run says nothing.`.replace(
        /^n/,
        'N',
      ),
    evidence: [],
    harm: { ...noHarm, fromSeconds, toSeconds },
    why: 'Weights are tried by requests that come under them: from who has the rule, for a host and a path that it is for. That a run is in order says nothing of a rule to which none came.',
    remedies: [
      byHand(
        'If the run is to try them, let the traffic of the scenario ask for these hosts, from where the rule acts (its gateways, or sidecars).',
      ),
    ],
    look: 'callers',
    trace: null,
  };
}

const mostTold = 3;
