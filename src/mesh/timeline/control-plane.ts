import * as z from 'zod';
import { durationFrom } from '../../manifest/field.ts';
import { formatDuration } from '../../manifest/quantity.ts';
import { observed, type TimelineVerb } from './timeline-verb.ts';

const field = z
  .strictObject({
    downFor: durationFrom(1, 'expected more than 0s').describe('How long it is gone.'),
  })
  .describe(
    'istiod is gone: no pushes, and sidecars of new pods wait for it. Then it pushes all that has changed, to each proxy once that has found it again (within 30 s).',
  );

type Text = z.output<typeof field>;

export const controlPlane: TimelineVerb<{ readonly verb: 'controlPlane' } & Readonly<Text>, Text> = {
  field,
  isOperators: false,
  build: (text) => ({ verb: 'controlPlane', ...text }),
  subject: ({ downFor }) => `down for ${formatDuration(downFor)}`,
  act({ downFor }, { istiod }, nowUs) {
    istiod.goDown(downFor, nowUs);
    return observed(`istiod is down for ${formatDuration(downFor)}`);
  },
};
