import { meanOf, type Distribution } from '../../kernel/distribution.ts';
import { formatDuration } from '../../manifest/quantity.ts';
import { plural } from '../../words/number.ts';

/** How long something takes, in a few words: "2s", "exponential, mean 250ms", "mixture of 2 laws, mean 6ms". */
export function lawText(law: Distribution): string {
  if (law.dist === 'constant') return formatDuration(Math.round(law.value));
  const name = law.dist === 'mixture' ? `mixture of ${plural(law.parts.length, 'law')}` : law.dist;
  return `${name}, mean ${formatDuration(Math.round(meanOf(law)))}`;
}
