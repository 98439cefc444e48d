import type { RunRecord } from '../../record/record.ts';
import { pEquals } from '../../words/number.ts';
import { keepUnits } from '../keep-units.ts';
import { countsText } from '../table/refresh.ts';

/** What each browser saw, and whether that was luck. */
export const Sessions = ({ record }: { readonly record: RunRecord }) =>
  record.refreshes.map((session) => {
    const p = session.p === null ? '' : ` (${pEquals(session.p)})`;
    return (
      <p>
        <strong>{keepUnits(session.name)}</strong>
        {keepUnits(`: ${countsText(record, session)}${p}. ${session.verdict.sentence}`)}
      </p>
    );
  });
