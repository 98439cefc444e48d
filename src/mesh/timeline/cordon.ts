import { z } from 'zod';
import type { TimelineVerb } from './timeline-verb.ts';

export const cordon: TimelineVerb<{ readonly verb: 'cordon' }, true> = {
  field: z.literal(true).describe('There is no room for new pods.'),
  isOperators: false,
  build: () => ({ verb: 'cordon' }),
  subject: () => 'the nodes',
  act: (_action, { kubectl }, nowUs) => kubectl.cordon(true, nowUs),
};
