import { isOwner, ownerText } from '../../manifest/rule-name.ts';
import type { CallerRecord } from '../../record/caller.ts';
import type { FindingRecord } from '../../record/finding.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { listed } from '../../words/listed.ts';
import { plural } from '../../words/number.ts';
import type { Weighed } from '../weighed.ts';
import { during } from './during.ts';
import type { FindingKind } from './finding.ts';
import { harmToCallers } from './harm-to-callers.ts';
import { calledBy, spansOf } from './left-to-balancers.ts';
import { byHand } from './remedy.ts';
import { askedRules, drawnOf, podsText, splitsIn, weightsOf } from './splits-in.ts';
import { toldByStep } from './told-by-step.ts';

/**
 * A split that the manifests have and no request of a run was put through: its match fits none, and another route of its VirtualService
 * or route of Gateway API took what the callers ask. Where that one has the same weights for the same pods, the split is seen all the
 * same; a route to one destination has no weights to be tried.
 */
export const routeNotAsked: FindingKind = {
  code: 'route-not-asked',
  seenIn: (record) => {
    const asked = askedRules(record);
    return toldByStep(record, (step) => unaskedSplits(step, asked)).flatMap(
      ({ key: rule, last, fromSeconds, toSeconds }): FindingRecord[] => {
        const callers = callersUnder(record, last, fromSeconds, toSeconds);
        if (callers.length === 0) return [];
        const instead = [...new Set(callers.flatMap((own) => own.rules.map((each) => each.rule)))];
        const names = [...new Set(callers.map(({ caller }) => caller))];
        const harm = harmToCallers(callers, fromSeconds, toSeconds);
        return [
          {
            code: 'route-not-asked',
            level: callers.some((own) => isAbout(record, last, own)) ? 'harms' : 'note',
            sentence: `${during(record, fromSeconds, toSeconds)}${rule} (${weightsOf(last)}) is not tried: none of ${plural(harm.requests, 'request')} of ${listed(names)} followed it. Another route took them, as ${listed(instead)} did.`,
            evidence: [],
            harm,
            why: 'Of the routes of a rule the first whose match fits takes the request. Weights of a route to which none comes are not tried: that the run is in order says nothing of them.',
            remedies: [
              byHand(
                `If its weights are meant for these callers, correct the match of ${rule}, or give the route that takes their requests the same weights.`,
              ),
              byHand(
                'If they are meant for others, let the traffic of the scenario send what it matches (path, headers).',
              ),
            ],
            look: 'callers',
            trace: null,
          },
        ];
      },
    );
  },
};

/** Splits of HTTP of a step that istiod does not leave out, and to which nobody came, nor to the same split in another route. */
function unaskedSplits(step: MeshFacts, asked: ReadonlySet<string>): (readonly [string, Weighed])[] {
  const splits = splitsIn({
    ...step,
    rules: step.rules.filter(({ protocol }) => protocol === 'http'),
    routes: (step.routes ?? []).filter(({ owner }) => /^(HTTP|GRPC)Route$/.test(owner.kind)),
  });
  const textOf = (own: Weighed): string => `${ownerText(own.owner)} ${podsText(own)}`;
  const seen = new Set(splits.filter(({ rule }) => asked.has(rule)).map(textOf));
  return splits.filter((own) => !asked.has(own.rule) && !seen.has(textOf(own))).map((own) => [own.rule, own]);
}

/**
 * What a caller asks for has pods that the split divides: a route of an entrance may lead to a Service of which nobody asks anything, as
 * a VirtualService may be for one.
 */
export function isAbout(record: RunRecord, own: Weighed, caller: CallerRecord): boolean {
  const followed = record.mesh
    .flatMap(({ rules }) => rules)
    .filter(({ rule }) => caller.rules.some((each) => each.rule === rule))
    .flatMap(({ destinations }) => destinations.flatMap(({ workloads }) => workloads));
  const pods = new Set([...calledBy(record, caller), ...followed]);
  return drawnOf(own).some(
    ({ service, workloads }) => service === caller.service || workloads.some((each) => pods.has(each)),
  );
}

/** Who called a service of which the record tells while a route of that owner acted for it, with what it asked then. */
const callersUnder = (
  record: RunRecord,
  { owner }: Weighed,
  fromSeconds: number,
  toSeconds: number,
): CallerRecord[] => {
  const told = new Set(record.splits.map(({ service }) => service));
  const isOf = (own: CallerRecord['rules'][number]): boolean =>
    own.owner !== null && isOwner(own.owner, owner);
  return record.callers
    .filter(({ service }) => told.has(service))
    .flatMap((own) =>
      spansOf(record, own, fromSeconds, toSeconds, isOf).map((each) => ({
        ...each,
        rules: own.rules.filter(isOf),
      })),
    )
    .filter(({ requests }) => requests > 0);
};
