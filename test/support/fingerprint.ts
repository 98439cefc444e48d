import { createHash } from 'node:crypto';

/** Sixteen hex digits that tell one text from another. */
export const fingerprint = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);
