import { parseDuration } from './quantity.ts';

/** A duration that istiod wrote. */
export function microseconds(text: string): number {
  const parsed = parseDuration(text);
  if ('us' in parsed) return parsed.us;
  throw new Error(`istiod wrote "${text}" where a duration belongs: ${parsed.problem}`);
}
