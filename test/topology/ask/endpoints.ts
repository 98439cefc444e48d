import type { Ask } from './ask.ts';

export const endpoints: Ask = () => {
  throw new Error('cannot be asked yet');
};
