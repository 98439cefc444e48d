import type { FitRecord } from '../../record/fit.ts';
import { AnswerBox } from '../page/answer-box.tsx';
import { Bullets } from '../page/bullets.tsx';
import { Code } from '../page/code.tsx';
import { renderPage } from '../page/page.tsx';
import { Plot } from '../page/plot.tsx';
import { Section } from '../page/section.tsx';
import { TableView } from '../page/table-view.tsx';
import { fitSentence, fitTone, numberTable, validationTable } from './text.ts';

/** What was found and how far it may be trusted, as one offline page without script. @param svgs charts, with what they show. */
export const renderFitHtml = (
  record: FitRecord,
  svgs: readonly { readonly label: string; readonly svg: string }[],
): string =>
  renderPage({
    title: `${record.name}: fitted`,
    version: record.version,
    subject: `${record.from.slice(0, 19)} to ${record.to.slice(0, 19)} UTC`,
    heading: `${record.name}: fitted from what it left`,
    children: <Found record={record} svgs={svgs} />,
  });

const looks = {
  good: { tone: 'good', sign: '✓', word: 'It does as the system did' },
  bad: { tone: 'bad', sign: '✗', word: 'It differs from the system' },
  warn: { tone: 'warn', sign: '!', word: 'Not compared' },
} as const;

function Found({
  record,
  svgs,
}: {
  readonly record: FitRecord;
  readonly svgs: readonly { readonly label: string; readonly svg: string }[];
}) {
  const { validation, unknown, assumed, sources, numbers, command } = record;
  return (
    <>
      <AnswerBox id="verdict" {...looks[fitTone(record)]} sentence={fitSentence(record)}>
        <Bullets items={validation?.worst == null ? [] : [validation.worst]} />
      </AnswerBox>
      {svgs.map(({ label, svg }) => (
        <figure key={label}>
          <Plot label={label} svg={svg} />
        </figure>
      ))}
      {validation !== null && (
        <Section title="Predicted and observed">
          <TableView table={validationTable(validation.lines)} />
          <p>
            Agrees: the whole interval of the difference lies within the tolerance (10 % of times, rates,
            cores and workers; 2 points of a split; half a point of errors). Differs: none of it does.
          </p>
        </Section>
      )}
      <Section title="What was found">
        <TableView table={numberTable(numbers)} />
      </Section>
      {unknown.length > 0 && (
        <Section title="What nothing tells">
          <Bullets items={unknown} />
        </Section>
      )}
      {assumed.length > 0 && (
        <Section title="What was made up for lack of it">
          <Bullets items={assumed} />
        </Section>
      )}
      <Section title="What was read">
        <Bullets items={sources} />
      </Section>
      <Section title="The same again">
        <Code text={command} />
      </Section>
    </>
  );
}
