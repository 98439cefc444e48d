import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { destinationRulesOf, policiesIn } from './destinations.ts';
import { mapOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('max-ejection'),
  service: z.string(),
  versions: z.array(z.string()).describe('Of it; those that are Services of their own are meant, too.'),
  percent: z.int().min(0).max(100),
});
type MaxEjection = z.infer<typeof schema>;

/** How many of the pods outlier detection may put out. */
export const maxEjection: ChangeKind<MaxEjection> = {
  schema,
  text: ({ service, percent }) =>
    `Set maxEjectionPercent of the outlierDetection of ${service} to ${percent}.`,
  apply({ service, versions, percent }, written) {
    const found = destinationRulesOf(written, service, versions)
      .flatMap(policiesIn)
      .filter((own) => own['outlierDetection'] !== undefined);
    for (const own of found) mapOf(own['outlierDetection'])['maxEjectionPercent'] = percent;
    return found.length === 0 ? `no DestinationRule of ${service} has outlierDetection` : undefined;
  },
};
