import * as z from 'zod';
import { workload } from './fields.ts';
import type { TimelineVerb } from './timeline-verb.ts';

const field = z
  .strictObject({ workload })
  .describe('kubectl rollout restart: all its pods are replaced, at the pace of its strategy.');

type Text = z.output<typeof field>;

export const restart: TimelineVerb<{ readonly verb: 'restart' } & Readonly<Text>, Text> = {
  field,
  isOperators: true,
  workload: (text) => text.workload,
  build: (text) => ({ verb: 'restart', ...text }),
  subject: (own) => own.workload,
  act: (own, { kubectl }, nowUs) => kubectl.restart(own.workload, nowUs),
};
