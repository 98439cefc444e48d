import type { RunRecord } from '../../record/record.ts';
import { count, plural } from '../../words/number.ts';
import { overSpans } from '../over-capacity.ts';
import { listed } from '../../words/listed.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { harmOfSpans } from './overload-harm.ts';
import { podsNeeded } from './overloaded.ts';
import { byChange, byHand } from './remedy.ts';

/** Copies that a rule mirrors: load that nobody waits for. */
export const mirrored: FindingKind = {
  code: 'mirrored',
  seenIn: (record) =>
    [...new Set(record.copies.map(({ service }) => service))].map((service) => {
      const copies = record.copies.filter((own) => own.service === service);
      const asked = mirroring(record, service);
      const requests = asked.reduce((sum, own) => sum + requestsTo(record, own), 0);
      // Whose pods have more to do than they can, and at least a third of it is copies.
      const burdened = (record.capacity?.workloads ?? []).filter((own) => {
        const arrived = own.windows.reduce((sum, each) => sum + each.arrived, 0);
        return copies.some(
          (each) =>
            (each.version === own.version || isAnswering(record, service, each.version, own.name)) &&
            overSpans(own).length > 0 &&
            each.copies > arrived / 3,
        );
      });
      const harm = harmOfSpans(
        record,
        burdened,
        burdened.flatMap((own) => overSpans(own)),
      );
      const isOther = !asked.includes(service);
      const parts = copies.map(
        (own) =>
          `${count(own.copies)} to ${isOther ? service : ''}${isOther && copies.length > 1 ? ' ' : ''}${isOther && copies.length === 1 ? '' : own.version}`,
      );
      return {
        code: 'mirrored',
        level: levelOf(harm, record),
        sentence: `Beside ${plural(requests, 'request')} to ${listed(asked)}, copies were sent: ${listed(parts)}. Nobody waits for their answers, but the pods do the work${burdened.length === 0 ? '' : `: ${listed(burdened.map(({ name }) => name))} could not keep up`}.`,
        evidence: [],
        harm,
        why: 'A mirror sends each request (or a share of them) once more; errors of the copy are seen in the pod’s own log alone.',
        remedies:
          burdened.length === 0
            ? []
            : [
                ...burdened.map((own) =>
                  byChange({
                    kind: 'replicas',
                    workload: own.target,
                    replicas: podsNeeded(record, own)!,
                    autoscaler: own.autoscaler,
                  }),
                ),
                byHand(
                  `Mirror a smaller part (mirrorPercentage), or give ${listed(burdened.map(({ name }) => name))} the pods for its requests and the copies.`,
                ),
              ],
        look: 'split',
        trace: null,
      };
    }),
};

/** Services whose requests a rule copies to this one, as they are counted; itself, where nobody's rule is known. */
function mirroring({ mesh, callers }: RunRecord, service: string): string[] {
  const rules = mesh.flatMap(({ rules }) => rules.filter(({ mirrors }) => mirrors.includes(service)));
  const found = callers.filter((own) =>
    own.rules.some(({ rule }) => rules.some((each) => each.rule === rule)),
  );
  return found.length === 0 ? [service] : [...new Set(found.map((own) => own.service))];
}

/** At their callers' proxies. */
function requestsTo({ splits, callers }: RunRecord, service: string): number {
  const split = splits.find((own) => own.service === service);
  return split === undefined
    ? callers.reduce((sum, own) => sum + (own.service === service ? own.requests : 0), 0)
    : split.phases.reduce((sum, own) => sum + own.requests, 0);
}

/** A workload's pods answer for a key of a split: by its own name, or under the version label of its pods. */
const isAnswering = ({ metrics }: RunRecord, service: string, key: string, workload: string): boolean =>
  metrics.requests.some(
    (own) =>
      own.service === service && own.destination === workload && (own.version === key || workload === key),
  );
