import type { RunRecord } from '../../record/record.ts';
import { keepUnits } from '../keep-units.ts';
import { words } from '../page/words.tsx';
import { Section } from '../page/section.tsx';

/** What the scenario expected, met or failed. */
export function Expectations({
  expectations,
}: {
  readonly expectations: readonly RunRecord['expectations'][number][];
}) {
  const failed = expectations.filter((each) => !each.ok).length;
  const head =
    failed === 0
      ? `${expectations.length} of ${expectations.length} met`
      : `${failed} of ${expectations.length} failed`;
  return (
    <Section title={`Expectations: ${head}`}>
      <ul class="expectations">
        {expectations.map(({ ok, text, found }) => (
          <li class={ok ? 'met' : 'failed'}>
            <strong>
              <span aria-hidden="true">{ok ? '✓' : '✗'}</span> {ok ? 'met' : 'failed'}
            </strong>{' '}
            {keepUnits(text)}
            <br />
            <span class="found">{words(found)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
