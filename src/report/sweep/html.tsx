import type { Sweep } from '../../record/sweep.ts';
import { AnswerBox } from '../page/answer-box.tsx';
import { Bullets } from '../page/bullets.tsx';
import { Code } from '../page/code.tsx';
import { renderPage } from '../page/page.tsx';
import { Plot } from '../page/plot.tsx';
import { Section } from '../page/section.tsx';
import { TableView } from '../page/table-view.tsx';
import { doesHold, measureTable, settingTable, settingText, sweepAnswer } from './text.ts';

/** The answer of a sweep as one offline page without script. @param svg undefined: nothing to draw. */
export function renderSweepHtml(sweep: Sweep, svg: string | undefined): string {
  const title = `${sweep.scenario.title}: many runs`;
  return renderPage({
    title,
    version: sweep.version,
    subject: sweep.scenario.name,
    heading: title,
    children: <Answer sweep={sweep} svg={svg} />,
  });
}

function Answer({ sweep, svg }: { readonly sweep: Sweep; readonly svg: string | undefined }) {
  const { sentence, reasons } = sweepAnswer(sweep);
  const look = doesHold(sweep)
    ? ({ tone: 'good', sign: '✓', word: 'Holds' } as const)
    : ({ tone: 'bad', sign: '✗', word: 'Does not always hold' } as const);
  return (
    <>
      <AnswerBox id="verdict" {...look} sentence={sentence}>
        <Bullets items={reasons} />
      </AnswerBox>
      {svg !== undefined && (
        <figure>
          <Plot label={sentence} svg={svg} />
        </figure>
      )}
      {sweep.varied.length > 0 && (
        <Section title="Setting by setting">
          <TableView table={settingTable(sweep, sweep.measures)} />
        </Section>
      )}
      {sweep.points.map((point) => (
        <Section key={settingText(point)} title={settingText(point)}>
          <TableView table={measureTable(sweep, point)} />
        </Section>
      ))}
      <Section title="The same again">
        <Code text={sweep.command} />
      </Section>
    </>
  );
}
