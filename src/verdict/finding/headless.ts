import type { FindingRecord } from '../../record/finding.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** A rule for a headless Service: the caller has chosen a pod before its sidecar is asked. */
export const headless: FindingKind = {
  code: 'headless',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    for (const { rules, fromSeconds } of record.mesh) {
      for (const { rule, headless: service } of rules) {
        if (service === null || found.has(rule)) continue;
        found.set(rule, {
          code: 'headless',
          level: 'harms',
          sentence: `${service} is a headless Service (clusterIP: None), so ${rule} does not say which of its pods answer: the caller’s DNS names the pods, and its sidecar sends to the one that was picked, any of them. Weights choose a cluster, with its limits, and no pods.`,
          evidence: [],
          harm: { ...noHarm, fromSeconds, toSeconds: record.scenario.durationSeconds },
          // istio pilot/pkg/networking/core/cluster.go, convertResolution: Passthrough becomes ORIGINAL_DST for sidecars.
          why: 'For sidecars istiod makes of a headless Service, and of its subsets, clusters of the type ORIGINAL_DST: they go to the address that the caller asked for, whatever subset was drawn.',
          remedies: [
            byHand(
              `Give ${service} a cluster IP, or put a second Service with one before its pods. That is for whoever made it headless: its clients may need each pod by name.`,
            ),
          ],
          look: null,
          trace: null,
        });
      }
    }
    return [...found.values()];
  },
};
