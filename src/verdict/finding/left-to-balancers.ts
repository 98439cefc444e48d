import { ownerText } from '../../manifest/rule-name.ts';
import type { CallerRecord } from '../../record/caller.ts';
import type { FindingRecord, Harm } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { callerText } from './caller-text.ts';
import { callsWithin } from './calls-within.ts';
import { harmToCallers } from './harm-to-callers.ts';

/** What a rule that acts for nobody leaves undone. */
interface Left {
  readonly level: FindingRecord['level'];
  readonly harm: Harm;
  /** " Of 859 requests of curl-v1, ...": what those got whom no rule divides; "": nobody. */
  readonly text: string;
}

/**
 * Calls of what a rule sends to, in a time in which it acts for nobody and no other rule does: any ready pod answers them. That is one
 * harm, whatever keeps the rule from acting, and the run does not hold, but for so few that they change no version's share.
 * @param owner "VirtualService web.default"
 * @param otherwise where nobody makes such a call
 * @param meant the Service that it may be meant for, where it names another
 */
export function leftToBalancers(
  record: RunRecord,
  owner: string,
  { fromSeconds, toSeconds }: { readonly fromSeconds: number; readonly toSeconds: number },
  otherwise: FindingRecord['level'],
  meant?: string,
): Left {
  const sent = record.mesh.flatMap(({ rules, routes = [] }) =>
    [...rules, ...routes].filter((own) => ownerText(own.owner) === owner).map((own) => own.destinations),
  );
  const callers = record.callers.filter((own) =>
    sent.some((each) => isMeantBy(each, own, meant) || sharesPods(each, calledBy(record, own))),
  );
  const left = callers
    .filter((own) => sent.some((each) => chooses(each, calledBy(record, own))))
    .flatMap((own) => unruledSpans(record, own, fromSeconds, toSeconds))
    .filter(({ requests }) => requests > 0);
  const harm = harmToCallers(left, fromSeconds, toSeconds);
  const all = callers.reduce((sum, own) => sum + own.requests, 0);
  return {
    level: harm.requests === 0 ? otherwise : harm.requests > tolerated * all ? 'breaks' : 'harms',
    harm,
    text: left.map((own) => ` ${callerText(own)}`).join(''),
  };
}

type Destinations = RuleFact['destinations'];

const isMeantBy = (sent: Destinations, { service }: CallerRecord, meant: string | undefined): boolean =>
  service === meant || sent.some((own) => own.service === service);

/** Versions as Services of their own: whoever asks the common one reaches pods of more than one of them. */
const sharesPods = (sent: Destinations, called: readonly string[]): boolean =>
  sent.filter(({ weight, workloads }) => weight > 0 && workloads.some((own) => called.includes(own))).length >
  1;

/** So small a part of the requests to a service breaks nothing. */
export const tolerated = 0.01;

/** Without the rule other pods answer, or in other parts. */
export const chooses = (destinations: Destinations, called: readonly string[]): boolean => {
  const sent = destinations.filter(({ weight }) => weight > 0);
  return (
    sent.length > 1 ||
    (!sent.some(isAll) && called.some((own) => !sent.some(({ workloads }) => workloads.includes(own))))
  );
};

/** A Service that is not there, by another name perhaps the one that is called. */
const isAll = ({ lacks, subset }: Destinations[number]): boolean => lacks === 'service' && subset === null;

/** Workloads whose pods a caller reaches by the Service that it calls. */
export const calledBy = ({ mesh }: RunRecord, { caller, service }: CallerRecord): readonly string[] =>
  mesh
    .flatMap(({ calls }) => calls)
    .flatMap((own) => (own.caller === caller && own.service === service ? own.workloads : []));

/** What a caller asked and got within a time while no rule at all acted for it. */
const unruledSpans = (
  record: RunRecord,
  own: CallerRecord,
  fromSeconds: number,
  toSeconds: number,
): CallerRecord[] =>
  spansOf(
    record,
    own,
    fromSeconds,
    toSeconds,
    ({ owner, shares, passes }) => owner === null && shares === null && passes !== true,
  );

/** What a caller asked and got within a time while what acted for it was such. */
export function spansOf(
  record: RunRecord,
  own: CallerRecord,
  fromSeconds: number,
  toSeconds: number,
  isSuch: (rule: CallerRecord['rules'][number]) => boolean,
): CallerRecord[] {
  return own.rules.flatMap((rule, index) => {
    if (!isSuch(rule)) return [];
    const from = Math.max(fromSeconds, rule.fromSeconds);
    const to = Math.min(toSeconds, own.rules[index + 1]?.fromSeconds ?? record.scenario.durationSeconds);
    return from < to ? [callsWithin(record, own, from, to)] : [];
  });
}
