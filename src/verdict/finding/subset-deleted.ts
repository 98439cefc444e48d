import type { Remedy } from '../../record/finding.ts';
import type { FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText, targetOf } from './failures.ts';
import { byChange, byHand } from './remedy.ts';
import { isOver, lastEntry, waits } from './later.ts';

/** A subset was deleted while rules still named it. */
export const subsetDeleted: FindingKind = {
  code: 'subset-deleted',
  seenIn: (record) =>
    failureGroups(record, ['subset-deleted'], targetOf).map((group) => {
      const [one] = group.failures;
      const removal = lastEntry(record, group.harm.fromSeconds ?? 0, ({ changed = [] }) =>
        changed.some(({ kind }) => kind === 'DestinationRule'),
      );
      return failureFinding(record, group, {
        code: 'subset-deleted',
        sentence: `The subset that ${targetOf(one!)} stands for was deleted while a rule still named it: its whole share gets 503. ${harmText(group.harm, record)}.`,
        why: 'Envoy does not know the cluster any more (flag NC). Rules and subsets are separate resources, and nothing keeps them in step.',
        remedies: [
          ...(removal === undefined
            ? []
            : [
                isOver(record, group.harm)
                  ? byChange(waits(record, removal, (group.harm.toSeconds ?? 0) + 3))
                  : byChange({
                      kind: 'skip',
                      verb: removal.verb,
                      file: removal.file,
                      atSeconds: removal.atSeconds,
                    }),
              ]),
          ...ruleFirst,
        ],
      });
    }),
};

/** The order in which nothing is lost. */
export const ruleFirst: readonly Remedy[] = [
  byHand(
    'First apply a rule that does not name the subset; delete the DestinationRule when every proxy holds that rule.',
  ),
];
