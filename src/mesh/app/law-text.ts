import { meanOf, type Distribution } from '../../kernel/distribution.ts';
import { formatDuration } from '../../manifest/quantity.ts';

/** How long something takes, in a few words: "2s", "exponential, mean 250ms". */
export const lawText = (law: Distribution): string =>
  law.dist === 'constant'
    ? formatDuration(Math.round(law.value))
    : `${law.dist}, mean ${formatDuration(Math.round(meanOf(law)))}`;
