import type { Ask } from './ask.ts';

export const shares: Ask = () => {
  throw new Error('cannot be asked yet');
};
