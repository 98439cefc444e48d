import { createHash } from 'node:crypto';
import type { RunRecord } from '../../src/record/record.ts';

/** Sixteen hex digits that tell one text from another. */
export const fingerprint = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Of what a run played, and of all that it wrote down. */
export function fingerprintsOf(record: RunRecord): { readonly trajectory: string; readonly record: string } {
  const { splits, refreshes, pushes, pages } = record;
  return {
    trajectory: fingerprint(JSON.stringify({ splits, refreshes, pushes, pages })),
    record: fingerprint(JSON.stringify(record)),
  };
}
