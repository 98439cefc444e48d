import { toJson } from '../../record/to-json.ts';
import { wrapped } from '../../report/layout.ts';
import type { Paint } from '../../report/paint.ts';
import { failingText, flagTexts, type Failing } from '../../verdict/failing.ts';
import { renderJudgement } from '../../report/judgement/text.ts';
import type { ShareInterval } from '../../verdict/words.ts';
import { describeChange } from './changes.ts';
import type { Judged } from './judge-cases.ts';
import type { Reading } from './reading.ts';
import type { SplitWatch } from './split-watch.ts';

/** The judgements in words, with what was noted beside them and the command that asks again. */
export function answerText(
  judged: readonly Judged[],
  unrouted: Failing | null,
  notes: readonly string[],
  repeat: string,
  look: { readonly paint: Paint; readonly width: number; readonly interval: ShareInterval },
): string {
  const parts = judged.map(({ case: own, judgement }) => {
    const heading = judged.length > 1 ? `${own.service}\n${'='.repeat(own.service.length)}\n` : '';
    return `${heading}${renderJudgement(judgement, look)}`.trimEnd();
  });
  const { paint, width } = look;
  const text = unroutedText(unrouted);
  const isLed = unrouted?.leads === true;
  if (isLed) parts.unshift(wrapped(text!, width, '✗ ', '  ').join('\n').replace('✗', paint.bad('✗')));
  const beside = text === undefined || isLed ? notes : [text, ...notes];
  return [...parts, ...(beside.length > 0 ? [beside.join('\n')] : []), repeat].join('\n\n') + '\n';
}

/** What failed before a version was chosen, with what its flags mean: it leads, or stands as a note where it is too little. */
export function unroutedText(unrouted: Failing | null): string | undefined {
  if (unrouted === null) return undefined;
  const isAll = unrouted.failed === unrouted.requests;
  const lacks = isAll
    ? 'None was chosen at all, so that nothing tells of the split.'
    : 'Which version they were meant for is not told, so that the split lacks them.';
  return [failingText(unrouted), ...flagTexts([unrouted]), lacks].join(' ');
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
      unrouted: Object.fromEntries(reading.unrouted),
      notes: reading.notes,
    },
  };
  if (watch === undefined) return toJson(answer);
  const { alarmed, rightAfter, within, state } = watch;
  return `${JSON.stringify({ ...answer, watch: { alarmed, rightAfter: rightAfter ?? null, within, ...state } })}\n`;
}
