import type { Ask } from './ask.ts';

export const protocol: Ask = () => {
  throw new Error('cannot be asked yet');
};
