import type { RunRecord } from '../../record/record.ts';
import { AnswerBox } from '../page/answer-box.tsx';
import { Bullets } from '../page/bullets.tsx';
import { keepUnits } from '../page/keep-units.ts';
import { capacitySign, capacityTone, verdictSign, verdictTone, verdictWord } from '../words.ts';

/** Luck, propagation or fault; and how much of the run there was. */
export function Verdict({
  record: { verdict, interrupted, ended },
}: {
  readonly record: Pick<RunRecord, 'verdict' | 'interrupted' | 'ended'>;
}) {
  return (
    <AnswerBox
      id="verdict"
      tone={verdictTone[verdict.kind]}
      sign={verdictSign[verdict.kind]}
      word={verdictWord[verdict.kind]}
      sentence={verdict.sentence}
    >
      <Bullets items={verdict.reasons} />
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
    </AnswerBox>
  );
}

/** The planner's answer beside the first: did the pods keep up, and could one still go back? */
export function CapacityVerdict({ capacity }: { readonly capacity: NonNullable<RunRecord['capacity']> }) {
  const tone = capacityTone(capacity);
  const { sentence, reasons } = capacity.verdict;
  return (
    <AnswerBox id="capacity" tone={tone} sign={capacitySign[tone]} word="Capacity" sentence={sentence}>
      <Bullets items={reasons} />
    </AnswerBox>
  );
}
