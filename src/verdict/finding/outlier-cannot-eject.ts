import type { FindingRecord } from '../../record/finding.ts';
import type { FailureCause } from '../../record/failure.ts';
import { failureGroups, harmText, isBehind, targetOf } from './failures.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';

/** Outlier detection found failing pods, and its limit on ejected hosts kept them in. */
export const outlierCannotEject: FindingKind = {
  code: 'outlier-cannot-eject',
  seenIn: (record) => {
    const held = new Map<string, number>();
    for (const { name, cluster, value } of record.metrics.envoy) {
      if (name !== 'envoy_cluster_outlier_detection_ejections_overflow') continue;
      held.set(cluster, (held.get(cluster) ?? 0) + value);
    }
    return [...held].flatMap(([cluster, times]): FindingRecord[] => {
      const failures = record.failures.filter(
        (own) => causes.includes(own.cause) && isBehind(cluster, own.service, own.version),
      );
      // All pods alike are no outliers: ejection would leave nobody.
      const pods = new Set(failures.flatMap(({ pod }) => pod ?? []));
      if (pods.size !== 1) return [];
      const [pod] = [...pods];
      const to = targetOf(failures[0]!);
      const { harm } = failureGroups({ ...record, failures }, causes, () => '')[0]!;
      return [
        {
          code: 'outlier-cannot-eject',
          level: levelOf(harm, record),
          sentence: `Outlier detection found that ${pod!} fails, and may not eject it: maxEjectionPercent allows less than one of so few pods of ${to}. ${harmText(harm, record)}.`,
          evidence: [
            `Ejections that the limit held back: ${times} (ejections_overflow of the callers’ proxies).`,
          ],
          harm,
          why: 'A host is ejected only while (ejected + 1) / hosts stays within maxEjectionPercent: the default of 10 % ejects none where there are fewer than ten.',
          remedies: [
            byChange({
              kind: 'max-ejection',
              service: failures[0]!.service,
              versions: [...new Set(failures.flatMap(({ version }) => version ?? []))],
              percent: 50,
            }),
            byHand(`Look at the log of ${pod!}: ejection keeps requests away from it, and mends nothing.`),
          ],
          look: 'errors',
          trace: `--where service=${failures[0]!.service}`,
        },
      ];
    });
  },
};

const causes: readonly FailureCause[] = ['application', 'refused', 'broken-off'];
