import type { RunRecord } from '../../record/record.ts';
import { moment } from '../../words/number.ts';
import { keepUnits } from '../keep-units.ts';
import { words } from '../page/words.tsx';
import { entryText } from '../words.ts';

/** What was done when, and what it changed. */
export const Timeline = ({ timeline }: Pick<RunRecord, 'timeline'>) =>
  timeline.length > 0 && (
    <ul class="timeline">
      {timeline.map((entry) => (
        <li>
          <strong>{keepUnits(moment(entry.atSeconds))}</strong>{' '}
          {words([entryText(entry), entry.changes.join(', ')].filter((text) => text !== '').join(': '))}
        </li>
      ))}
    </ul>
  );
