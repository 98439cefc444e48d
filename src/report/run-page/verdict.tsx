import type { RunRecord } from '../../record/record.ts';
import { answerOf } from '../answer.ts';
import { AnswerBox } from '../page/answer-box.tsx';
import { Bullets } from '../page/bullets.tsx';
import { keepUnits } from '../keep-units.ts';
import { capacitySign, capacityTone, verdictSign, verdictTone, verdictWord } from '../words.ts';

/** Is the shift all right? The worst that was found, why, and what to do; and how much of the run there was. */
export function Verdict({ record }: { readonly record: RunRecord }) {
  const answer = answerOf(record);
  return answer === undefined ? (
    <Verdicts record={record} />
  ) : (
    <AnswerBox
      id="verdict"
      tone={answer.tone}
      sign={answer.sign}
      word={answer.word}
      sentence={answer.sentence}
    >
      <Bullets items={[...answer.evidence, ...answer.advice]} />
      <Until record={record} />
      {answer.others.length > 0 && (
        <>
          <h3>Also</h3>
          <Bullets items={answer.others} />
        </>
      )}
    </AnswerBox>
  );
}

/** Of a stored run that has no diagnosis: luck, propagation or fault, and whether the pods kept up. */
function Verdicts({ record }: { readonly record: RunRecord }) {
  const { verdict, capacity } = record;
  return (
    <>
      <AnswerBox
        id="verdict"
        tone={verdictTone[verdict.kind]}
        sign={verdictSign[verdict.kind]}
        word={verdictWord[verdict.kind]}
        sentence={verdict.sentence}
      >
        <Bullets items={verdict.reasons} />
        <Until record={record} />
      </AnswerBox>
      {capacity !== null && <CapacityVerdict capacity={capacity} />}
    </>
  );
}

function Until({ record: { interrupted, ended } }: { readonly record: RunRecord }) {
  return (
    <>
      {interrupted && (
        <p>
          <strong>The run was stopped before its end;</strong> this is what had happened until then.
        </p>
      )}
      {ended !== null && (
        <p>
          <strong>{keepUnits(ended.sentence)}</strong>
          {` Cause: ${keepUnits(ended.cause)}. This is what had happened until then.`}
        </p>
      )}
    </>
  );
}

function CapacityVerdict({ capacity }: { readonly capacity: NonNullable<RunRecord['capacity']> }) {
  const tone = capacityTone(capacity);
  const { sentence, reasons } = capacity.verdict;
  return (
    <AnswerBox id="capacity" tone={tone} sign={capacitySign[tone]} word="Capacity" sentence={sentence}>
      <Bullets items={reasons} />
    </AnswerBox>
  );
}
