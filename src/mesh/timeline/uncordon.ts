import { z } from 'zod';
import type { TimelineVerb } from './timeline-verb.ts';

export const uncordon: TimelineVerb<{ readonly verb: 'uncordon' }, true> = {
  field: z.literal(true).describe('There is room again.'),
  isOperators: false,
  build: () => ({ verb: 'uncordon' }),
  subject: () => 'the nodes',
  act: (_action, { kubectl }, nowUs) => kubectl.cordon(false, nowUs),
};
