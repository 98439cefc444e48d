import * as z from 'zod';
import { seconds } from '../../words/number.ts';
import { formatDuration } from '../quantity.ts';
import type { ChangeKind } from './change.ts';
import { destinationRulesOf, destinationsIn, isVersion } from './destinations.ts';
import { listOf, specOf, stepsOf, type Data } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('subset-first'),
  service: z.string(),
  version: z.string(),
  aheadSeconds: z.number().positive(),
});
type SubsetFirst = z.infer<typeof schema>;

/** The DestinationRule that defines a subset is there before the rule that names it. */
export const subsetFirst: ChangeKind<SubsetFirst> = {
  schema,
  text: ({ service, version, aheadSeconds }) =>
    `Apply the DestinationRule that defines ${service} ${version} first, ${seconds(aheadSeconds)} before the rule that names it.`,
  apply(own, written) {
    const { service, version, aheadSeconds } = own;
    const defining = destinationRulesOf(written, service).find((each) =>
      listOf(specOf(each)['subsets']).some(({ name }) => name === version),
    );
    if (defining === undefined) return `no DestinationRule defines ${service} ${version}`;
    const naming = new Set(
      destinationsIn(written).flatMap((each) => (isVersion(each, own) ? [each.rule.file] : [])),
    );
    const file = `${service}-subsets-first.yaml`;
    written.manifests.set(file, [structuredClone(defining.resource)]);
    const atStart = written.spec['manifests'] as string[];
    const rule = stepsOf(written).find(({ verb, subject }) => verb === 'apply' && naming.has(subject));
    const atUs = (rule?.atUs ?? 0) - aheadSeconds * 1e6;
    if (rule === undefined || atUs <= 0 || atStart.some((name) => naming.has(name))) {
      // In force from the start; the last of several that are stands.
      atStart.push(file);
      return undefined;
    }
    const timeline = listOf(written.spec['timeline']);
    const entry: Data = { at: formatDuration(atUs), apply: file };
    timeline.splice(timeline.indexOf(rule.entry), 0, entry);
    return undefined;
  },
};
