import { createHash } from 'node:crypto';
import type { RunRecord } from '../../src/record/record.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { plain } from '../../src/report/paint.ts';
import { renderText } from '../../src/report/text.ts';

/** Sixteen hex digits that tell one text from another. */
export const fingerprint = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Of what a run played, of all that it wrote down, and of what its reports say. */
export function fingerprintsOf(record: RunRecord): {
  readonly trajectory: string;
  readonly record: string;
  readonly told: string;
} {
  const { splits, refreshes, pushes, pages } = record;
  return {
    trajectory: fingerprint(JSON.stringify({ splits, refreshes, pushes, pages })),
    record: fingerprint(JSON.stringify(record)),
    told: fingerprint(`${renderText(record, { paint: plain, width: 100 })}\n${renderMarkdown(record)}`),
  };
}
