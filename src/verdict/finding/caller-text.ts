import type { CallerRecord } from '../../record/caller.ts';
import { percent, plural } from '../../words/number.ts';
import { listed } from '../../words/listed.ts';

/** Of more versions than so many the largest are told one by one, and the others together. */
const mostTold = 6;

/** "Of 2,422 requests of batch, 49.4 % were answered by web-canary and 50.6 % by web-stable." */
export function callerText({ caller, answered }: CallerRecord): string {
  const all = answered.reduce((sum, own) => sum + own.requests, 0);
  if (all === 0) return `No pod answered a request of ${caller}.`;
  const told =
    answered.length <= mostTold
      ? answered
      : [...answered].sort((a, b) => b.requests - a.requests).slice(0, mostTold - 1);
  const others = all - told.reduce((sum, own) => sum + own.requests, 0);
  const parts = [
    ...told,
    ...(others === 0
      ? []
      : [{ version: `${answered.length - told.length} other versions`, requests: others }]),
  ].map(
    ({ version, requests }, place) =>
      `${percent(requests / all, all)} ${place === 0 ? `${all === 1 ? 'was' : 'were'} answered by` : 'by'} ${version}`,
  );
  return `Of ${plural(all, 'request')} of ${caller}, ${listed(parts)}.`;
}
