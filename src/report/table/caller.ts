import type { CallerRecord } from '../../record/caller.ts';
import { count, missing, moment, percent } from '../../words/number.ts';
import { left, right, type Table } from './table.ts';

/** Who called what, by which rules, and what answered: under several rules one after another only the whole can be told. */
export function callerTable(callers: readonly CallerRecord[]): Table {
  return {
    caption: 'Caller by caller: what the rules said to it, and which versions answered over the whole run',
    columns: [
      left('Caller'),
      left('Service'),
      left('Rule'),
      left('Says'),
      right('Requests'),
      left('Answered by'),
      right('Errors'),
    ],
    rows: callers.flatMap((own) => {
      const { caller, service, rules, answered, requests, failed } = own;
      const told = rules.length === 0 ? [undefined] : rules;
      return told.map((rule, row) => [
        caller,
        service,
        rule === undefined
          ? missing
          : told.length === 1
            ? rule.rule
            : `from ${moment(rule.fromSeconds)}: ${rule.rule}`,
        saysText(rule),
        row === 0 ? count(requests) : '',
        row === 0
          ? answered
              .map((each) => `${each.version} ${percent(each.requests / requests, requests)}`)
              .join(', ') || 'nobody'
          : '',
        row === 0 ? count(failed) : '',
      ]);
    }),
  };
}

function saysText(rule: CallerRecord['rules'][number] | undefined): string {
  if (rule === undefined) return missing;
  if (rule.shares === null) return 'any pod';
  const some = rule.shares.filter((own) => own.share > 0);
  return some.map((own) => `${own.version} ${percent(own.share)}`).join(', ') || missing;
}
