import type { CallerRecord } from '../../record/caller.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { listed } from '../../words/listed.ts';
import type { Weighed } from '../weighed.ts';
import { remediesFor } from './bind-remedies.ts';
import { callerText } from './caller-text.ts';
import { during } from './during.ts';
import { noHarm } from './finding.ts';
import { harmToCallers } from './harm-to-callers.ts';
import { spansOf, tolerated } from './left-to-balancers.ts';
import { byHand } from './remedy.ts';
import { drawnOf, splitsIn, type Split } from './splits-in.ts';
import { toldByStep } from './told-by-step.ts';

/** A rule divides a service for others than those who call it, and for those no rule does. */
export function splitForOthers(
  record: RunRecord,
  service: string,
  callers: readonly CallerRecord[],
): FindingRecord[] {
  const found = forOtherSidecars(record, service, callers);
  return found.length > 0 ? found : atOtherPlaces(record, service, callers);
}

/** It divides for sidecars that are there, and of which none calls; those that do have none. */
function forOtherSidecars(
  record: RunRecord,
  service: string,
  callers: readonly CallerRecord[],
): FindingRecord[] {
  const steps = record.mesh.filter(({ calls }) =>
    calls.some((own) => own.service === service && own.unruled === true),
  );
  const left = callers.filter(
    ({ caller, answered }) =>
      answered.length > 1 &&
      steps.some(({ calls }) => calls.some((own) => own.caller === caller && own.unruled === true)),
  );
  const rule = steps
    .flatMap(({ rules }) => rules)
    .findLast(
      ({ inside, inert, services, destinations }) =>
        inside && inert === null && services.includes(service) && destinations.length > 1,
    );
  if (left.length === 0 || rule === undefined) return [];
  const names = left.map(({ caller }) => caller);
  return [
    {
      code: 'rule-not-for-all-callers',
      level: 'breaks',
      sentence: `${headOf(rule, service, names)} ${left.map((own) => callerText(own)).join(' ')}`,
      evidence: [],
      harm: {
        ...noHarm,
        requests: left.reduce((sum, own) => sum + own.requests, 0),
        seconds: record.scenario.durationSeconds,
        fromSeconds: 0,
        toSeconds: record.scenario.durationSeconds,
      },
      why: 'istiod tells each sidecar of the rules that are exported to its namespace, and of these the routes whose matches fit it.',
      remedies: remediesFor(rule.owner, service, names, rule),
      look: 'callers',
      trace: null,
    },
  ];
}

const headOf = ({ rule }: Weighed, service: string, names: readonly string[]): string =>
  `${rule} does not act for ${listed(names)}, nor for anybody else who called ${service}: their proxies choose among all pods of it.`;

/** It divides at gateways, and sidecars alone call; or for sidecars, and visitors of a gateway alone do. */
const atOtherPlaces = (
  record: RunRecord,
  service: string,
  callers: readonly CallerRecord[],
): FindingRecord[] =>
  toldByStep(record, (step) => splitsOf(step, service).map((own) => [own.rule, own] as const))
    .flatMap(({ last: rule, fromSeconds, toSeconds }): FindingRecord[] => {
      const left = callers
        .filter((own) => own.answered.length > 1 && isElsewhere(rule, own))
        .flatMap((own) => spansOf(record, own, fromSeconds, toSeconds, (each) => isLeft(own, each)))
        .filter(({ requests }) => requests > 0);
      const harm = harmToCallers(left, fromSeconds, toSeconds);
      if (harm.requests === 0) return [];
      const names = [...new Set(left.map(({ caller }) => caller))];
      const all = callers.reduce((sum, { requests }) => sum + requests, 0);
      return [
        {
          code: 'rule-not-for-all-callers',
          level: harm.requests < tolerated * all ? 'harms' : 'breaks',
          sentence: `${during(record, fromSeconds, toSeconds)}${headOf(rule, service, names)} ${left.map((own) => callerText(own)).join(' ')}`,
          evidence: [],
          harm,
          why: bindingWhy(rule.owner.kind),
          remedies: placeRemedies(record, rule, service, names),
          look: 'callers',
          trace: null,
        },
      ];
    })
    .slice(0, 1);

/** Where a rule or a route acts. */
export const bindingWhy = (kind: string): string =>
  kind === 'VirtualService'
    ? 'A rule acts where it is bound: `gateways: [mesh]` (or none written) means the sidecars, a gateway’s name that gateway alone; its hosts must have the name that the caller uses; exportTo must show it to the caller’s namespace; and a match on sourceLabels or sourceNamespace leaves other callers out.'
    : 'A route acts where its parentRefs attach it: to a Gateway, for what comes in there; to a Service, for the sidecars of who calls that Service.';

/** Splits of a step for a service, but for those that are told under another name of it. */
const splitsOf = (step: MeshFacts, service: string): Split[] =>
  (step.otherNames ?? []).some((own) => own.service === service)
    ? []
    : splitsIn(step).filter(
        (own) =>
          own.services?.includes(service) === true || drawnOf(own).some((each) => each.service === service),
      );

/** Visitors come by a gateway, all others call by their sidecars. Of a route of Gateway API its Services say for whom it is. */
export const isElsewhere = ({ inside, gateways, services = [] }: Split, { caller }: CallerRecord): boolean =>
  caller === 'visitors'
    ? (inside ?? services.length > 0) && (gateways ?? []).length === 0
    : !(inside ?? services.length > 0);

/** Any pod answers: no rule acts there; at a gateway there is one in any case, which tells no versions apart. */
const isLeft = (
  { caller }: CallerRecord,
  { owner, shares, passes }: CallerRecord['rules'][number],
): boolean => shares === null && passes !== true && (owner === null || caller === 'visitors');

const placeRemedies = (
  { mesh }: RunRecord,
  { rule, owner }: Split,
  service: string,
  names: readonly string[],
): Remedy[] =>
  names.includes('visitors')
    ? [visitorsRemedy('visitors')]
    : remediesFor(
        owner,
        service,
        names,
        mesh.flatMap(({ rules }) => rules).findLast((own) => own.rule === rule),
      );

export const visitorsRemedy = (names: string): Remedy =>
  byHand(
    `To have it for ${names}, too, add their gateway to the rule’s gateways and the host that they call to its hosts.`,
  );
