import type { FindingRecord } from '../../record/finding.ts';
import { count, percent, plural } from '../../words/number.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { withoutTraffic } from './takes-over.ts';

/** Of a version's tries, so many must have failed unseen before it is worth a word. */
const worth = 0.001;

/** A version's pods answer with errors, and the callers' proxies try again until one does not. */
export const retriesHide: FindingKind = {
  code: 'retries-hide',
  seenIn: (record) =>
    record.splits.flatMap((split) =>
      split.keys.flatMap((key, place): FindingRecord[] => {
        const total = (of: (own: (typeof split.phases)[number]) => number): number =>
          split.phases.reduce((sum, own) => sum + of(own), 0);
        const served = total(({ meters }) => meters.served[place]!);
        const failed = total(({ meters }) => meters.servedErrors[place]!);
        const seen = total(({ errors }) => errors[place]!);
        // Errors of mirrored copies are seen by nobody, and no retry hides them.
        const copies = total(({ meters }) => meters.mirrored[place]!);
        const hidden = failed - seen;
        if (copies > 0 || hidden <= 0 || hidden < worth * served || hidden < seen) return [];
        return [
          {
            code: 'retries-hide',
            level: 'harms',
            sentence: `${split.service} ${key} answered ${count(failed)} of ${plural(served, 'try', 'tries')} with an error (${percent(failed / served, served)}). Its callers saw ${plural(seen, 'error')}: their proxies tried again.`,
            evidence: [],
            harm: {
              ...noHarm,
              requests: hidden,
              seconds: record.scenario.durationSeconds,
              fromSeconds: 0,
              toSeconds: record.scenario.durationSeconds,
            },
            why: 'A retry stays with the version and goes to another of its pods, where there is one, while attempts are left. The callers see few errors, but the version is as bad as before, and each retry is more load.',
            remedies: [
              ...withoutTraffic(record, split.service, key),
              byHand(
                `Judge ${split.service} ${key} by what its own pods answer (reporter="destination"), not by what its callers see.`,
              ),
            ],
            look: 'split',
            trace: '--where tries=2',
          },
        ];
      }),
    ),
};
