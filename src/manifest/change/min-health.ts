import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { destinationRulesOf, policiesIn } from './destinations.ts';
import { mapOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('min-health'),
  service: z.string(),
  versions: z.array(z.string()).describe('Of it; those that are Services of their own are meant, too.'),
  percent: z.int().min(0).max(100),
});
type MinHealth = z.infer<typeof schema>;

/** With how few pods in service proxies send to ejected ones, too. */
export const minHealth: ChangeKind<MinHealth> = {
  schema,
  text: ({ service, percent }) =>
    percent === 0
      ? `Leave minHealthPercent out of the outlierDetection of ${service}: what is ejected stays out.`
      : `Set minHealthPercent of the outlierDetection of ${service} to ${percent}.`,
  apply({ service, versions, percent }, written) {
    const found = destinationRulesOf(written, service, versions)
      .flatMap(policiesIn)
      .map((own) => mapOf(own['outlierDetection']))
      .filter((own) => own['minHealthPercent'] !== undefined);
    for (const own of found) {
      if (percent === 0) delete own['minHealthPercent'];
      else own['minHealthPercent'] = percent;
    }
    return found.length === 0 ? `no DestinationRule of ${service} has a minHealthPercent` : undefined;
  },
};
