import { count, percent, plural } from '../../words/number.ts';
import { levelOf, noHarm, type FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText } from './failures.ts';
import { byHand } from './remedy.ts';

/** Pages that failed by the word of a rule, and those whose cause nobody has told: no failed page goes without a finding. */
export const pagesFailed: FindingKind = {
  code: 'pages-failed',
  seenIn(record) {
    const { pages, failures, scenario } = record;
    const answered = failureGroups(
      record,
      ['direct-response'],
      ({ host, status }) => `${host} ${status}`,
    ).map((group) =>
      failureFinding(record, group, {
        code: 'pages-failed',
        sentence: `A rule answers requests to ${group.failures[0]!.host} with ${group.failures[0]!.status} by itself. ${harmText(group.harm, record)}.`,
        why: 'The rule has a direct response in place of a destination: this is what it is for.',
        remedies: [
          byHand(
            'Give the rule a destination where the requests are to be served: which one, nobody but you can say.',
          ),
        ],
      }),
    );
    const untold = pages.failed - failures.reduce((sum, own) => sum + own.pages, 0);
    if (untold <= 0) return answered;
    const harm = { ...noHarm, pages: untold, fromSeconds: 0, toSeconds: scenario.durationSeconds };
    return [
      ...answered,
      {
        code: 'pages-failed',
        level: levelOf(harm, record),
        sentence: `${count(untold)} of ${plural(pages.pages, 'page')} failed (${percent(untold / Math.max(1, pages.pages), pages.pages)}), and the run does not tell why.`,
        evidence: [],
        harm,
        why: 'No request inside these pages was noted as their cause.',
        remedies: [byHand('Look at one of them.')],
        look: 'errors',
        trace: null,
      },
    ];
  },
};
