import { listed } from '../words/listed.ts';
import * as z from 'zod';
import { count, law } from '../manifest/field.ts';
import type { Checked } from '../manifest/problem.ts';
import { meanOf } from '../kernel/distribution.ts';
import { trafficKinds, type Traffic } from '../mesh/app/traffic/index.ts';
import type { Clients, TrafficBase, TrafficKind } from '../mesh/app/traffic/traffic-kind.ts';
import { tcpMethod } from '../mesh/envoy/route-match.ts';
import { connectionFields, keepAliveOf } from './keep-alive.ts';

/** An entry of `spec.traffic`: fields that all kinds have, and those of one kind. */

const common = {
  name: z.string().min(1).describe('Name of the entry; reports use it.'),
  path: z.string().startsWith('/').default('/productpage').describe('Path that is asked for.'),
  method: z.string().default('GET').describe('HTTP method.'),
  protocol: z
    .enum(['http', 'tcp'])
    .default('http')
    .describe('tcp: each request is a connection, without path or headers.'),
  host: z.string().default('bookinfo.example.com').describe('Host header at the gateway.'),
  port: z
    .number()
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe(
      "Port that is asked at; default: the first of the gateway's servers, or from inside the mesh what host says.",
    ),
  headers: z.record(z.string(), z.string()).default({}).describe('Request headers.'),
  user: z.string().optional().describe('Signed-in user: productpage sends it on as the header end-user.'),
  from: z
    .string()
    .optional()
    .describe(
      'Workload whose pods ask, through their sidecars if they have any; then host is the Service asked for, as "httpbin:8000" (without a port: 80, or else the first that it has). Absent: visitors at the ingress gateway.',
    ),
  gateway: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Gateway that visitors come to: the name of a Gateway ("bookinfo-gateway", "shop/public") or of a gateway\'s Deployment. Absent: the first Gateway of the manifests.',
    ),
  clients: z
    .strictObject({
      count: count.max(100_000, 'expected at most 100000').describe('How many clients.'),
      header: z.string().min(1).optional().describe('Header in which each sends a value of its own.'),
      cookie: z.string().min(1).optional().describe('Cookie in which each sends a value of its own.'),
    })
    .refine(
      (own) => (own.header === undefined) !== (own.cookie === undefined),
      'name either a header or a cookie',
    )
    .optional()
    .describe('Clients that differ: each sends a value of its own in this header or cookie.'),
  ...connectionFields,
  patience: law
    .refine((own) => meanOf(own) > 0, 'a client that waits for no time never gets a page')
    .optional()
    .describe('After this long a client gives up and leaves; default: never.'),
};

const kinds: readonly TrafficKind<Traffic, never>[] = [...new Set(Object.values(trafficKinds))];

/** Fields of all kinds; the one that makes an entry one of a kind can be absent, as it is of another kind then. */
const own: z.ZodRawShape = Object.fromEntries(
  kinds.flatMap((kind) =>
    Object.entries(kind.fields).map(([name, schema]) => [
      name,
      name === kind.field ? (schema as z.ZodType).optional() : schema,
    ]),
  ),
);

/** One traffic entry, as it is written. */
export const trafficSchema = z.strictObject({ ...own, ...common }).check((context) => {
  const entry: Readonly<Record<string, unknown>> = context.value;
  const complain = (path: string[], message: string): void => {
    context.issues.push({ code: 'custom', message, path, input: entry });
  };
  const named = kinds.filter(({ field }) => entry[field] !== undefined);
  const [kind] = named;
  if (kind === undefined || named.length > 1) {
    const names = kinds.map(({ field }) => field);
    const has = kind === undefined ? 'none' : 'several';
    complain([], `a traffic entry is one of ${listed(names, 'or')}; this one has ${has}`);
    return;
  }
  for (const other of kinds) {
    for (const name of Object.keys(other.fields)) {
      if (entry[name] !== undefined && !Object.hasOwn(kind.fields, name))
        complain([name], `belongs to ${other.field}; this entry is one of ${kind.field}`);
    }
  }
  for (const { field, message } of kind.problems?.(entry as never) ?? []) complain([field], message);
});

export type TrafficText = z.output<typeof trafficSchema>;

const kindOf = (entry: Readonly<Record<string, unknown>>): TrafficKind<Traffic, never> =>
  kinds.find(({ field }) => entry[field] !== undefined)!;

/** A file that an entry is built from, with the path of the field that names it; undefined: it needs none. */
export const fileOf = (entry: TrafficText) => kindOf(entry).file?.(entry as never);

/** @param recording the text of the entry's file. */
export const buildTraffic = (entry: TrafficText, recording: string): Checked<Traffic> =>
  kindOf(entry).build(entry as never, baseOf(entry), recording);

function baseOf(entry: TrafficText): TrafficBase {
  const { name, port, from, gateway, clients, patience, protocol, user } = entry;
  const headers = Object.fromEntries(
    Object.entries(entry.headers).map(([header, value]) => [header.toLowerCase(), value]),
  );
  return {
    name,
    request: {
      method: protocol === 'tcp' ? tcpMethod : entry.method,
      path: protocol === 'tcp' ? '' : entry.path,
      authority: entry.host,
      headers: user === undefined ? headers : { ...headers, 'end-user': user },
    },
    ...(port === undefined ? {} : { port }),
    ...(from === undefined ? {} : { from }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(clients === undefined ? {} : { clients: clientsOf(clients) }),
    ...keepAliveOf(entry),
    ...(patience === undefined ? {} : { patience }),
  };
}

const clientsOf = ({ count, header, cookie }: NonNullable<TrafficText['clients']>): Clients => ({
  count,
  ...(header === undefined ? {} : { header }),
  ...(cookie === undefined ? {} : { cookie }),
});
