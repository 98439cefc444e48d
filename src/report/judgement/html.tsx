import type { Judgement } from '../../verdict/judgement.ts';
import type { ShareInterval } from '../../verdict/words.ts';
import { AnswerBox } from '../page/answer-box.tsx';
import { Bullets } from '../page/bullets.tsx';
import { Code } from '../page/code.tsx';
import { Folding } from '../page/folding.tsx';
import { keepUnits } from '../keep-units.ts';
import { renderPage } from '../page/page.tsx';
import { Plot } from '../page/plot.tsx';
import { Section } from '../page/section.tsx';
import { TableView } from '../page/table-view.tsx';
import { stylesOf } from '../palette.ts';
import type { JudgementChart } from './chart.ts';
import { failingLook, mechanismText, numberLines, lookOf, versionTable } from './lines.ts';

export interface JudgementPage {
  /** One for each service or slice that was judged; '' where the data name none. */
  readonly cases: readonly JudgedCase[];
  readonly interval?: ShareInterval;
  /** Requests that failed before a version was chosen, where they are worse than any split. */
  readonly lead?: string;
  /** What was read, and what does not reach as far as the counts. */
  readonly notes?: readonly string[];
  /** The command that makes this page again. */
  readonly command: string;
  readonly version: string;
}

interface JudgedCase {
  readonly service: string;
  readonly judgement: Judgement;
  readonly charts: readonly (JudgementChart & { readonly svg: string })[];
}

/** What `check` found, as one offline page without a script: answer, table, laws, mechanisms, what would settle more. */
export function renderJudgementHtml({
  cases,
  interval = 'wilson',
  lead,
  notes = [],
  command,
  version,
}: JudgementPage): string {
  const [first] = cases;
  const isOne = cases.length === 1;
  const heading = isOne
    ? `Does ${first!.service === '' ? 'the split' : first!.service} follow its weights?`
    : 'Do the services follow their weights?';
  const word = lead !== undefined ? failingLook.word : isOne ? lookOf(first!.judgement).word : undefined;
  return renderPage({
    title: word === undefined ? heading : `${word}: ${heading}`,
    version,
    subject: '',
    heading,
    children: (
      <>
        {lead !== undefined && <AnswerBox {...failingLook} id="verdict-lead" sentence={lead} />}
        {cases.map((own, place) => (
          <Case {...own} id={`verdict-${place}`} isNamed={!isOne} interval={interval} />
        ))}
        {notes.length > 0 && (
          <Section title="What was read">
            <Bullets items={notes} />
          </Section>
        )}
        <Section title="Repeat it">
          <Code text={command} />
        </Section>
      </>
    ),
  });
}

function Case({
  service,
  judgement,
  charts,
  id,
  isNamed,
  interval,
}: JudgedCase & { readonly id: string; readonly isNamed: boolean; readonly interval: ShareInterval }) {
  const { versions, mechanisms, settle } = judgement;
  const look = lookOf(judgement);
  const styleOf = stylesOf(versions.map((own) => own.key));
  return (
    <>
      <AnswerBox
        {...look}
        id={id}
        word={isNamed ? `${service}: ${look.word}` : look.word}
        sentence={judgement.sentence}
      >
        {judgement.impossible.length > 0 && (
          <p>A version of weight 0 was seen: impossible, no test is needed.</p>
        )}
      </AnswerBox>
      {mechanisms.length > 0 && (
        <Section title="What it looks like, likeliest first">
          <Mechanisms judgement={judgement} />
        </Section>
      )}
      {settle.length > 0 && (
        <Section title="What would settle more">
          <Bullets items={settle} />
        </Section>
      )}
      <Section title="What was seen">
        <TableView
          table={versionTable(judgement, interval)}
          styles={new Map(versions.map(({ key }) => [key, styleOf(key)]))}
        />
        {judgement.requests > 0 && <Bullets items={numberLines(judgement)} />}
      </Section>
      {charts.map(({ title, text, svg }) => (
        <figure>
          <Plot label={title} svg={svg} />
          <figcaption>{keepUnits(title)}</figcaption>
          <Folding title="The same in words">
            <p>{keepUnits(text)}</p>
          </Folding>
        </figure>
      ))}
    </>
  );
}

const Mechanisms = ({ judgement: { mechanisms } }: { readonly judgement: Judgement }) => (
  <ol class="mechanisms">
    {mechanisms.map((own, place) => {
      const { name, odds, why } = mechanismText(own, place);
      return (
        <li>
          <strong>{keepUnits(name)}</strong>
          {` (${keepUnits(odds)})`}
          <br />
          <span class="found">{keepUnits(why)}</span>
        </li>
      );
    })}
  </ol>
);
