import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { destinationsIn } from './destinations.ts';
import { listOf, mapOf, resourcesOf, specOf, type Data, type Written } from './written.ts';

const schema = z.strictObject({ kind: z.literal('host-name'), from: z.string(), to: z.string() });
type HostName = z.infer<typeof schema>;

/** Callers and rules call a Service by its name. */
export const hostName: ChangeKind<HostName> = {
  schema,
  text: ({ from, to }) => `Write ${to} in place of ${from}: in the traffic, the app file and the rules.`,
  apply(own, written) {
    const holders = [...callers(written), ...rules(written)];
    const changed = holders.map(([data, field]) => rename(data, field, own));
    return changed.includes(true) ? undefined : `nobody writes ${own.from}`;
  },
};

type Field = readonly [data: Data, field: string];

/** Where hosts are called: entries of the traffic, calls of the applications. */
const callers = ({ spec, app }: Written): Field[] => [
  ...listOf(spec['traffic']).map((own): Field => [own, 'host']),
  ...app
    .flatMap((own) => listOf(mapOf(own['spec'])['workloads']))
    .flatMap((own) => listOf(own['script']))
    .map((own): Field => [mapOf(own['call']), 'host']),
];

const rules = (written: Written): Field[] => [
  ...destinationsIn(written).map(({ entry }): Field =>
    entry['destination'] === undefined ? [entry, 'name'] : [mapOf(entry['destination']), 'host'],
  ),
  ...resourcesOf(written, 'DestinationRule').map((own): Field => [specOf(own), 'host']),
];

/** The name alone, or with what follows it: a namespace, a port. */
function rename(data: Data, field: string, { from, to }: HostName): boolean {
  const was = data[field];
  if (typeof was !== 'string' || !(was === from || was.startsWith(`${from}.`) || was.startsWith(`${from}:`)))
    return false;
  data[field] = to + was.slice(from.length);
  return true;
}
