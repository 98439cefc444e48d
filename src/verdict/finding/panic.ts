import type { Failure } from '../../record/failure.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, plural } from '../../words/number.ts';
import { failureFinding, failureGroups, harmText, isBehind, targetOf, versionsIn } from './failures.ts';
import type { FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';

/** So few pods were left in service that the callers' proxies sent to those that they had ejected, too. */
export const panic: FindingKind = {
  code: 'panic',
  seenIn: (record) =>
    failureGroups(record, ['panic'], targetOf).map((group) => {
      const [one] = group.failures;
      const [service, versions] = [one!.service, versionsIn(group.failures)];
      const below = thresholdOf(record, one!);
      const pods = new Set(group.failures.flatMap(({ pod }) => pod ?? [])).size;
      const picks = picksInPanic(record, one!);
      return failureFinding(record, group, {
        code: 'panic',
        sentence: `Outlier detection had ejected so many pods of ${targetOf(one!)} that its callers’ proxies panicked and sent to ejected pods, too${below === undefined ? '' : ` (minHealthPercent: ${below})`}. ${harmText(group.harm, record)}.`,
        evidence: [
          `${count(picks)} picks among all pods, in service or not (lb_healthy_panic); ${plural(group.harm.requests, 'request')} of them failed, at ${plural(pods, 'ejected pod')}.`,
        ],
        why: 'While a smaller part of the pods than minHealthPercent is in service, Envoy takes the ejections for a mistake and spreads requests over all of them. Istio’s own value is 0: what is ejected stays out.',
        remedies: [
          byChange({ kind: 'min-health', service, versions, percent: 0 }),
          byHand(
            `Mend what makes the pods of ${targetOf(one!)} fail: without panic those that are left carry the load of all.`,
          ),
        ],
      });
    }),
};

/** The percentage that the manifests give for what the requests were sent to; undefined: a record without that fact. */
function thresholdOf({ mesh }: RunRecord, { service, version }: Failure): number | undefined {
  const facts = mesh.flatMap(({ uneven }) => uneven).filter((own) => own.by === 'panic');
  const own =
    facts.find((each) => each.service === service && each.subset === version) ??
    facts.find((each) => each.service === version) ??
    facts.find((each) => each.service === service);
  return own?.belowPercent;
}

const picksInPanic = ({ metrics }: RunRecord, { service, version }: Failure): number =>
  metrics.envoy
    .filter(
      ({ name, cluster }) => name === 'envoy_cluster_lb_healthy_panic' && isBehind(cluster, service, version),
    )
    .reduce((sum, { value }) => sum + value, 0);
