import { toJson } from '../../record/to-json.ts';
import type { Paint } from '../../report/paint.ts';
import { renderJudgement } from '../../report/judgement/text.ts';
import type { ShareInterval } from '../../verdict/words.ts';
import { describeChange } from './changes.ts';
import type { Judged } from './judge-cases.ts';
import type { Reading } from './reading.ts';
import type { SplitWatch } from './split-watch.ts';

/** The judgements in words, with what was noted beside them and the command that asks again. */
export function answerText(
  judged: readonly Judged[],
  notes: readonly string[],
  repeat: string,
  look: { readonly paint: Paint; readonly width: number; readonly interval: ShareInterval },
): string {
  const parts = judged.map(({ case: own, judgement }) => {
    const heading = judged.length > 1 ? `${own.service}\n${'='.repeat(own.service.length)}\n` : '';
    return `${heading}${renderJudgement(judgement, look)}`.trimEnd();
  });
  return [...parts, ...(notes.length > 0 ? [notes.join('\n')] : []), repeat].join('\n\n') + '\n';
}

/** The same as JSON; beside the lines of a watch it is one line, too. */
export function answerJson(
  judged: readonly Judged[],
  reading: Reading,
  watch: SplitWatch | undefined,
): string {
  const answer = {
    schema: 'meshshift/check/v1',
    services: judged.map(({ case: own, judgement, conf }) => ({
      service: own.service === '' ? null : own.service,
      conf,
      changes: own.changes.map(describeChange),
      sequenceLength: own.tally.kept,
      judgement,
    })),
    reading: {
      sources: reading.sources,
      lines: reading.lines,
      requests: reading.requests,
      unparsed: reading.unparsed,
      unparsedExamples: reading.unparsedExamples,
      leftOut: Object.fromEntries(reading.leftOut),
      notes: reading.notes,
    },
  };
  if (watch === undefined) return toJson(answer);
  const { alarmed, rightAfter, within, state } = watch;
  return `${JSON.stringify({ ...answer, watch: { alarmed, rightAfter: rightAfter ?? null, within, ...state } })}\n`;
}
