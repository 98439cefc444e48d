import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { destinationRulesOf } from './destinations.ts';
import {
  listOf,
  mapIn,
  mapOf,
  servicesCalled,
  specOf,
  workloadsCalled,
  type Data,
  type Written,
} from './written.ts';

const schema = z.strictObject({
  kind: z.literal('own-pods'),
  parts: z
    .array(z.strictObject({ service: z.string(), subset: z.string().nullable(), workload: z.string() }))
    .describe('A Service or a subset of it, and the workload whose pods it is to have.'),
});
type OwnPods = z.infer<typeof schema>;
type Part = OwnPods['parts'][number];

/** Destinations pick the pods of one workload each. */
export const ownPods: ChangeKind<OwnPods> = {
  schema,
  text: ({ parts }) =>
    `Let ${parts.map((own, place) => `${nameOfPart(own)} select ${place === 0 ? 'the pods of ' : 'those of '}${own.workload} alone`).join(', and ')}: by a label that only they have.`,
  apply({ parts }, written) {
    const templates = parts.map(({ workload }) => templateLabels(written, workload));
    const missing = parts.find((_, place) => templates[place]!.length === 0);
    if (missing !== undefined) return `no manifest has ${missing.workload}`;
    const key = tellingKey(templates.map((own) => own[0]!));
    for (const [place, part] of parts.entries()) {
      const value = templates[place]![0]![key] ?? part.workload;
      for (const labels of templates[place]!) labels[key] = value;
      const problem = select(written, part, key, value);
      if (problem !== undefined) return problem;
    }
    return undefined;
  },
};

const templateLabels = (written: Written, workload: string): Data[] =>
  workloadsCalled(written, workload).map((own) =>
    mapIn(mapIn(mapIn(specOf(own), 'template'), 'metadata'), 'labels'),
  );

/** A label that each of them has with a value of its own; where there is none, one that they will have. */
function tellingKey(labels: readonly Data[]): string {
  const isTelling = (key: string): boolean => {
    const values = labels.map((own) => own[key]);
    return values.every((own) => own !== undefined) && new Set(values).size === labels.length;
  };
  return Object.keys(labels[0]!).find(isTelling) ?? 'version';
}

const nameOfPart = ({ service, subset }: Part): string =>
  subset === null ? service : `${service} ${subset}`;

function select(written: Written, part: Part, key: string, value: unknown): string | undefined {
  const { service, subset } = part;
  if (subset === null) {
    const services = servicesCalled(written, service);
    for (const own of services) mapIn(specOf(own), 'selector')[key] = value;
    return services.length === 0 ? `there is no Service ${service}` : undefined;
  }
  const subsets = destinationRulesOf(written, service)
    .flatMap((own) => listOf(specOf(own)['subsets']))
    .filter(({ name }) => name === subset);
  for (const own of subsets) own['labels'] = { ...mapOf(own['labels']), [key]: value };
  return subsets.length === 0 ? `no DestinationRule defines ${nameOfPart(part)}` : undefined;
}
