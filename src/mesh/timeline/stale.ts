import * as z from 'zod';
import { count, durationFrom } from '../../manifest/field.ts';
import { formatDuration } from '../../manifest/quantity.ts';
import { observed, type TimelineVerb } from './timeline-verb.ts';

const field = z
  .strictObject({
    workload: z.string().min(1).describe('Name of a workload with proxies, or of the ingress gateway.'),
    pods: count.default(1).describe('How many of its pods; 1.'),
    for: durationFrom(1, 'expected more than 0s')
      .optional()
      .describe('After so long they are told everything again. Default: never.'),
  })
  .describe('Proxies of pods get no pushes: neither rules nor endpoints. They go on with what they hold.');

type Text = z.output<typeof field>;

export const stale: TimelineVerb<{ readonly verb: 'stale' } & Readonly<Text>, Text> = {
  field,
  isOperators: false,
  workload: (text) => text.workload,
  mayBeGateway: true,
  build: (text) => ({ verb: 'stale', ...text }),
  subject: ({ workload, pods, for: forUs }) =>
    `${pods} of ${workload}${forUs === undefined ? '' : ` for ${formatDuration(forUs)}`}`,
  act({ workload, pods, for: forUs }, { istiod }, nowUs) {
    const names = istiod.silence(workload, pods, forUs ?? Infinity, nowUs);
    return observed(
      names.length === 0
        ? `no proxy of ${workload} is there that could get no pushes`
        : `no pushes reach ${names.length} of ${workload}: ${names.join(', ')}`,
    );
  },
};
