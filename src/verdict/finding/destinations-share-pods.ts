import type { FindingRecord } from '../../record/finding.ts';
import type { CallerRecord } from '../../record/caller.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { plural } from '../../words/number.ts';
import { sharedIn, weighedIn, type Shared, type Weighed } from '../weighed.ts';
import { during } from './during.ts';
import { listed } from '../../words/listed.ts';
import { matchesSharePods } from './matches-share-pods.ts';
import type { FindingKind } from './finding.ts';
import { harmToCallers, withAnswers } from './harm-to-callers.ts';
import { passing, sharedHead, sharedRemedies } from './shared-pods.ts';
import { toldByStep } from './told-by-step.ts';

/** Weighted destinations of one route pick the same pods: their weights cannot tell the versions apart. */
export const destinationsSharePods: FindingKind = {
  code: 'destinations-share-pods',
  seenIn: (record) => [
    ...toldByStep(record, (step) => sharedAt(step, record)).map(
      ({ last: { rule, shared, calls }, fromSeconds, toSeconds }): FindingRecord => {
        const harm = harmToCallers(calls, fromSeconds, toSeconds);
        return {
          code: 'destinations-share-pods',
          level: harm.requests > 0 ? 'breaks' : 'harms',
          sentence: withAnswers(
            `${during(record, fromSeconds, toSeconds)}${sharedHead(rule.rule, shared)}`,
            calls,
          ),
          evidence: [
            `They share ${plural(shared.workloads.length, 'workload')}: ${listed(shared.workloads)}.`,
          ],
          harm,
          why: passing(rule)
            ? 'loadBalancer PASSTHROUGH of the DestinationRule: a sidecar sends to the address that the caller asked for, the Service’s own, whatever was drawn, and any pod of the Service answers.'
            : 'The draw keeps to its weights, but each of the two clusters holds every pod that its selector picks, of either version.',
          remedies: sharedRemedies(rule),
          look: 'callers',
          trace: null,
        };
      },
    ),
    ...matchesSharePods(record),
  ],
};

interface SharedFact {
  readonly rule: Weighed;
  readonly shared: Shared;
  readonly calls: readonly CallerRecord[];
}

/** Rules of a step whose weights are drawn among the same pods, with those who call under them. */
const sharedAt = (step: MeshFacts, { callers, metrics }: RunRecord): (readonly [string, SharedFact])[] =>
  weighedIn(step).flatMap((rule) => {
    const shared = sharedIn(rule);
    const calls = callers.filter((own) => own.rules.some((each) => each.rule === rule.rule));
    return shared === undefined || (shared.other.weight === 0 && !areAnswering(shared, calls, metrics))
      ? []
      : [[rule.rule, { rule, shared, calls }] as const];
  });

/** A version without a weight that answers all the same: more than one of those that are shared did. */
const areAnswering = (
  { workloads }: Shared,
  calls: readonly CallerRecord[],
  { requests }: RunRecord['metrics'],
): boolean =>
  new Set(
    [
      // Of pods without a label `version` that is the workload; else the proxies' metrics say whose pods they are.
      ...calls.flatMap(({ answered }) => answered.map(({ version }) => version)),
      ...requests
        .filter(({ service, source }) =>
          calls.some(
            (own) => own.service === service && (own.caller === source || own.caller === 'visitors'),
          ),
        )
        .map(({ destination }) => destination),
    ].filter((own) => workloads.includes(own)),
  ).size > 1;
