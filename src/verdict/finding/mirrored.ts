import type { RunRecord } from '../../record/record.ts';
import { count } from '../../words/number.ts';
import { overSpans } from '../over-capacity.ts';
import { listed } from './failures.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { harmOfSpans } from './overload-harm.ts';
import { byHand } from './remedy.ts';

/** Copies that a rule mirrors: load that nobody waits for. */
export const mirrored: FindingKind = {
  code: 'mirrored',
  seenIn: (record) =>
    record.splits.flatMap((split) => {
      const copies = split.keys.map((_, place) =>
        split.phases.reduce((sum, { meters }) => sum + meters.mirrored[place]!, 0),
      );
      const requests = split.phases.reduce((sum, own) => sum + own.requests, 0);
      if (copies.every((own) => own === 0)) return [];
      const parts = split.keys.flatMap((key, place) =>
        copies[place]! === 0 ? [] : [`${count(copies[place]!)} to ${key}`],
      );
      // Whose pods have more to do than they can, and at least a third of it is copies.
      const burdened = (record.capacity?.workloads ?? []).filter((own) => {
        const place = split.keys.findIndex(
          (key) => key === own.version || isAnswering(record, split.service, key, own.name),
        );
        const arrived = own.windows.reduce((sum, each) => sum + each.arrived, 0);
        return place >= 0 && overSpans(own).length > 0 && copies[place]! > arrived / 3;
      });
      const harm = harmOfSpans(
        record,
        burdened,
        burdened.flatMap((own) => overSpans(own)),
      );
      return [
        {
          code: 'mirrored',
          level: levelOf(harm, record),
          sentence: `Of ${count(requests)} requests to ${split.service}, copies were sent: ${listed(parts)}. Nobody waits for their answers, but their pods do the work${burdened.length === 0 ? '' : `: ${listed(burdened.map(({ name }) => name))} could not keep up`}.`,
          evidence: [],
          harm,
          why: 'A mirror sends each request (or a share of them) once more; errors of the copy are seen in the pod’s own log alone.',
          remedies:
            burdened.length === 0
              ? []
              : [
                  byHand(
                    `Mirror a smaller part (mirrorPercentage), or give ${listed(burdened.map(({ name }) => name))} the pods for its requests and the copies.`,
                  ),
                ],
          look: 'split',
          trace: null,
        },
      ];
    }),
};

/** A workload's pods answer for a key of a split: by its own name, or under the version label of its pods. */
const isAnswering = ({ metrics }: RunRecord, service: string, key: string, workload: string): boolean =>
  metrics.requests.some(
    (own) =>
      own.service === service && own.destination === workload && (own.version === key || workload === key),
  );
