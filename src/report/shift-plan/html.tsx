import type { ShiftPlan } from '../../record/shift-plan.ts';
import { guessLines } from '../guessed.ts';
import { AnswerBox } from '../page/answer-box.tsx';
import { Bullets } from '../page/bullets.tsx';
import { Code } from '../page/code.tsx';
import { Folding } from '../page/folding.tsx';
import { keepUnits } from '../keep-units.ts';
import { renderPage } from '../page/page.tsx';
import { ListSection } from '../page/list-section.tsx';
import { Plot } from '../page/plot.tsx';
import { Section } from '../page/section.tsx';
import { TableView } from '../page/table-view.tsx';
import { actionTable, answerOf, lawLines, objectiveTable, sensitivityTable, triedTable } from './text.ts';
import { plural } from '../../words/number.ts';

/** The answer of `plan shift` as one offline page without script: the plan, its margins, what breaks it, what to apply. */
export function renderPlanHtml(plan: ShiftPlan, svg: string | undefined): string {
  const title = `Plan: ${plan.shift.service} from ${plan.shift.from} to ${plan.shift.to}`;
  return renderPage({
    title,
    version: plan.version,
    subject: plan.scenario.name,
    heading: title,
    children: <Plan plan={plan} svg={svg} />,
  });
}

function Plan({ plan, svg }: { readonly plan: ShiftPlan; readonly svg: string | undefined }) {
  const best = plan.best === null ? undefined : plan.candidates[plan.best]!;
  return (
    <>
      <Answer plan={plan} />
      {best !== undefined && (
        <Section title="Objectives">
          <TableView table={objectiveTable(plan, best)} />
        </Section>
      )}
      {plan.sensitivity.length > 0 && (
        <Section title="How far the inputs may be off">
          <TableView table={sensitivityTable(plan)} />
        </Section>
      )}
      {plan.actions.length > 0 && (
        <Section title="To apply">
          <TableView table={actionTable(plan)} />
          <Manifests plan={plan} />
        </Section>
      )}
      <Section title="Plans">
        {svg !== undefined && (
          <figure>
            <Plot label="Which plan is the cheapest that holds?" svg={svg} />
          </figure>
        )}
        <TableView table={triedTable(plan, plan.candidates)} />
      </Section>
      <ListSection title="Guessed, not measured" items={guessLines(plan.guesses)} />
      <Section title="Checks">
        {lawLines(plan).map((line) => (
          <p>{keepUnits(line)}</p>
        ))}
        <p>
          {`${plural(plan.runs, 'run')}; those of one number share their arrivals and draws, whatever the plan (common random numbers).`}
        </p>
      </Section>
    </>
  );
}

function Answer({ plan }: { readonly plan: ShiftPlan }) {
  const { sentence, reasons } = answerOf(plan);
  const best = plan.best === null ? undefined : plan.candidates[plan.best]!;
  const look =
    best === undefined
      ? ({ tone: 'bad', sign: '✗', word: 'No plan' } as const)
      : best.verdict === 'holds'
        ? ({ tone: 'good', sign: '✓', word: 'Plan' } as const)
        : ({ tone: 'warn', sign: '?', word: 'Not finished' } as const);
  return (
    <AnswerBox id="verdict" {...look} sentence={sentence}>
      <Bullets items={reasons} />
      {plan.interrupted && (
        <p>
          <strong>Stopped before everything was tried.</strong>
        </p>
      )}
    </AnswerBox>
  );
}

/** Each file that is applied, once. */
function Manifests({ plan: { actions } }: { readonly plan: ShiftPlan }) {
  const texts = new Map<string, string>();
  for (const { file, text } of actions) {
    if (file !== null && text !== null && !texts.has(file)) texts.set(file, text);
  }
  return [...texts].map(([file, text]) => (
    <Folding title={file}>
      <Code text={text} />
    </Folding>
  ));
}
