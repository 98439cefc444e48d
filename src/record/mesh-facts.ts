import * as z from 'zod';
import { controllers } from './controllers.ts';
import { behindFact } from './behind-fact.ts';
import { droppedFact } from './dropped-fact.ts';
import { noHost } from './no-host.ts';
import { hiddenFacts } from './hidden-fact.ts';
import { otherNameFacts } from './other-name-fact.ts';
import { flag, number, ruleOwner, text, whole, type Immutable } from './field.ts';

const alias = text
  .describe(
    'What the name stands for, a host that the run does not have; absent: it is no ExternalName Service’s.',
  )
  .optional();

const destination = z.strictObject({
  to: text.describe('"reviews v1", "web-canary": the Service, and the subset where one is named.'),
  service: text.describe('The Service alone.'),
  subset: text.nullable().describe('null: the rule names none.'),
  weight: number.describe('Share of the route, 0..1.'),
  workloads: z.array(text).describe('Whose pods it picks.'),
  lacks: z
    .enum(['service', 'port', 'subset', 'workload', 'port name'])
    .nullable()
    .describe(
      'There is no such Service, or no such port of it; no DestinationRule defines the subset; no workload has the labels, or none of those that have them the port that the Service names. null: all is there.',
    ),
  alias,
  port: whole.optional().describe('Of a Service that has no such port; absent: it has the port.'),
  passesThrough: z
    .literal(true)
    .optional()
    .describe('Its loadBalancer is PASSTHROUGH: requests go to the address that the caller asked for.'),
});

/** What a rule sends to, without its weight. */
const sentTo = destination.omit({ weight: true, lacks: true, alias: true });

/** A destination that is called as one workload, and has the pods of others. */
const misnamed = destination.omit({ lacks: true, alias: true, port: true, passesThrough: true }).extend({
  rule: text.describe('That sends there.'),
  owner: ruleOwner,
  named: z.array(text).describe('Workloads that it is called as, and picks no pod of.'),
  because: text
    .optional()
    .describe('"label track: canary": by what its pods are called as those of another; absent: by names.'),
});

/** A port of a Service whose protocol is not the one that a rule is for. */
const otherPort = z.strictObject({ service: text, port: text.describe('Its name, or its number.') });

const httpPort = otherPort.extend({
  instead: z
    .array(ruleOwner)
    .optional()
    .describe('Other resources whose http routes sidecars ask there; absent: there are none.'),
});

/** For which requests a policy is. */
const policed = {
  service: text,
  subset: text.nullable().describe('null: those that no rule sends to a subset.'),
};

/** What the manifests say from some moment on, as far as it can go wrong without a single request. */
export const meshFacts = z.strictObject({
  fromSeconds: number,
  calls: z
    .array(
      z.strictObject({
        caller: text.describe('Workload; "visitors": nobody inside the mesh.'),
        host: text.describe('As it is written.'),
        service: text.nullable().describe('null: no Service has that name.'),
        alias,
        rule: text.optional().describe('That acts for a name which no Service has; absent: none does.'),
        owner: ruleOwner.optional().describe('Of that rule.'),
        port: whole,
        has: z
          .array(whole)
          .optional()
          .describe('Ports of the Service, where the one that is asked for is none of them.'),
        workloads: z.array(text).describe('Whose pods the Service picks.'),
        speaks: z.enum(['http', 'grpc', 'tcp']),
        unruled: z
          .literal(true)
          .optional()
          .describe(
            'No rule acts there for the sidecars of the caller, and one does for others; absent: it is not so.',
          ),
      }),
    )
    .describe('Who calls whom: the traffic at the start, and the calls of the applications.'),
  rules: z
    .array(
      z.strictObject({
        rule: text.describe('"VirtualService web.default, rule 1"'),
        owner: ruleOwner,
        hosts: z.array(text).describe('Their full names.'),
        services: z
          .array(text)
          .describe('The same for short: "web", "web.shop" where two namespaces have one.'),
        protocol: z.enum(['http', 'tcp']),
        inside: flag.describe('It is for sidecars.'),
        gateways: z.array(text),
        destinations: z.array(destination),
        tcpPort: otherPort
          .nullable()
          .describe('An http rule for a Service all of whose ports speak TCP: that, and its first port.'),
        httpPort: httpPort
          .optional()
          .describe(
            'A tcp rule for a Service all of whose ports speak HTTP: that, and its first port; absent: it is none.',
          ),
        unseenBy: z
          .array(text)
          .optional()
          .describe(
            'Workloads with a sidecar to whose namespaces it is not exported; absent: there are none.',
          ),
        mirrors: z.array(text).describe('Services that it sends copies to.'),
        headless: text
          .nullable()
          .describe(
            'A Service among its hosts and destinations that is headless (clusterIP: None). null: none is.',
          ),
        delay: z
          .strictObject({ share: number, seconds: number })
          .nullable()
          .describe('The delay that it injects into this share of the requests.'),
        abort: z
          .strictObject({ share: number, answer: text.describe('"500", "gRPC status 14"') })
          .optional()
          .describe('It answers this share of the requests itself; absent: none.'),
        takesAll: z.literal(true).optional().describe('It has no match; absent: it has.'),
        lostMirrors: z
          .array(destination.omit({ weight: true, workloads: true, passesThrough: true }))
          .optional()
          .describe('Where copies of it are to go, and none arrives; absent: there are none.'),
        managedBy: text
          .optional()
          .describe('The Rollout whose controller tells its destinations apart; absent: none does.'),
        inert: z
          .discriminatedUnion('by', [
            z.strictObject({
              by: z.literal('rule'),
              rule: text.describe('Another one for the same host, which acts in its place.'),
              owner: ruleOwner,
            }),
            z.strictObject({
              by: z.literal('export'),
              exportTo: z.array(text).describe('Namespaces that see it, as written.'),
              callers: z.array(text).describe('Namespaces of those whom it could act for.'),
              host: noHost
                .optional()
                .describe('Beside that, nothing has its hosts, as of "host"; absent: something has.'),
            }),
            z.strictObject({
              by: z
                .literal('match')
                .describe('By port, labels, namespace or gateways it is for other callers.'),
            }),
            z.strictObject({
              by: z.literal('gateway'),
              gateways: z
                .array(text)
                .describe('"namespace/name" of Gateways that are not there; it is bound to no other.'),
            }),
            noHost,
          ])
          .nullable()
          .describe('Why it acts for nobody. null: it acts.'),
      }),
    )
    .describe('Routes of the rules, oldest first.'),
  routes: z
    .array(
      z.strictObject({
        rule: text.describe('"HTTPRoute web.default, rule 1"'),
        owner: ruleOwner,
        services: z
          .array(text)
          .optional()
          .describe('Services that it is bound to, for callers inside; absent: it is bound to none.'),
        destinations: z.array(destination),
        tcpPort: otherPort
          .optional()
          .describe('As of a rule: its parent is a Service whose port speaks TCP; absent: it is not so.'),
        httpPort: httpPort
          .optional()
          .describe(
            'A route for TCP whose parent is a Service whose port speaks HTTP; absent: it is not so.',
          ),
      }),
    )
    .optional()
    .describe(
      'Rules of routes of Gateway API, and tls rules of VirtualServices, that weigh destinations, or are for another protocol than their parent speaks; absent: there are none.',
    ),
  matched: z
    .array(
      z.strictObject({
        owner: ruleOwner,
        one: sentTo,
        other: sentTo,
      }),
    )
    .optional()
    .describe(
      'Destinations that share pods, of two rules of one VirtualService or route, of which matches choose one; absent: there are none.',
    ),
  hidden: hiddenFacts,
  otherNames: otherNameFacts,
  behind: z
    .array(behindFact)
    .optional()
    .describe(
      'Rules to which no request of a host comes at the gateway, as another stands before them; absent: there are none.',
    ),
  misnamed: z
    .array(misnamed)
    .optional()
    .describe('Destinations whose names are those of others; absent: there are none.'),
  dropped: z
    .array(droppedFact)
    .optional()
    .describe('Rules that are accepted, and that do nothing; absent: there are none.'),
  refused: z
    .array(
      z.strictObject({
        caller: text.describe(
          'Workload; "visitors": whoever comes by a gateway; "sidecars": any, where it is not known who calls.',
        ),
        service: text,
        rule: text.describe('"DestinationRule web.default", that says how its proxy begins connections.'),
        mode: text.describe('Of its tls: "DISABLE".'),
        workloads: z.array(text).describe('Whose pods do not take such connections.'),
        because: z
          .enum(['plain text', 'plain text alone', 'no sidecar', 'no certificate', 'other TLS'])
          .describe(
            'They refuse plain text, take nothing else, have no sidecar that ends mutual TLS, ask for a certificate, or have no end for TLS that is not Istio’s own.',
          ),
        by: text.describe('The policy of that, "PeerAuthentication default.shop"; "": none.'),
      }),
    )
    .optional()
    .describe(
      'Calls that in a cluster all fail, for tls of a DestinationRule that pods do not take; absent: there are none.',
    ),
  twice: z
    .array(
      z.strictObject({
        rule: text.describe('"VirtualService web.default, rule 1"'),
        to: text.describe('"web v1"'),
        weights: z.array(number).describe('Shares of the route, 0..1.'),
      }),
    )
    .optional()
    .describe('Destinations that a rule weighs more than once; absent: there are none.'),
  unweighed: z
    .array(
      z.strictObject({
        rule: text.describe('"VirtualService web.default, rule 1"'),
        to: text.describe('"web v2"'),
        weight: whole.describe('That holds in its place: 0 in a VirtualService, 1 in Gateway API.'),
        total: number.describe('Of all weights of the rule.'),
      }),
    )
    .optional()
    .describe(
      'Destinations whose weight is left out beside others that do not come to 100 with it; absent: there are none.',
    ),
  unbacked: z
    .array(
      destination.omit({ weight: true, workloads: true, passesThrough: true }).extend({
        rule: text.describe('That gives it the weight 0.'),
        unsent: z.array(text).describe('Workloads of the application that the rule sends nothing to.'),
      }),
    )
    .optional()
    .describe('Destinations of weight 0 that lack something; absent: there are none.'),
  uneven: z
    .array(
      z.discriminatedUnion('by', [
        z.strictObject({
          by: z.literal('hash'),
          ...policed,
          of: text.describe('"the header x-user", "the caller\u2019s address".'),
          keys: whole
            .nullable()
            .describe('Values of it among all that is asked for; null: they are not counted.'),
        }),
        z.strictObject({
          by: z.literal('warm-up'),
          ...policed,
          seconds: number,
        }),
        z.strictObject({
          by: z.literal('locality'),
          ...policed,
          how: z
            .enum(['failover', 'distribute', 'near'])
            .describe('near: the Service asks for it (trafficDistribution), whoever judges outliers.'),
        }),
        z.strictObject({
          by: z.literal('panic'),
          ...policed,
          belowPercent: number.describe(
            'With a smaller part of its pods in service, ejected ones are chosen, too.',
          ),
        }),
      ]),
    )
    .describe(
      'Policies by which a balancer does not give every ready pod the same; a subset has those that it inherits, too.',
    ),
  balancers: z
    .array(z.strictObject({ service: text, policy: text.describe('Envoy’s name of it: "LEAST_REQUEST".') }))
    .describe('By which policy a proxy chooses among all pods of a Service; a port may have its own.'),
  kept: z
    .array(
      z.strictObject({
        caller: text.describe('Workload; "visitors": nobody inside the mesh.'),
        service: text,
        by: z
          .enum(['no sidecar', 'tcp'])
          .describe(
            'Why a connection stays with one pod: kube-proxy chose for it, or the proxy of a TCP port.',
          ),
        clients: whole.nullable().describe('Clients that keep one each; null: every pod of the caller does.'),
        maxAgeSeconds: number.nullable().describe('They end then; null: never by themselves.'),
      }),
    )
    .describe('Connections that callers keep, and that lead all that comes over them to one pod.'),
  cookies: z
    .array(
      z.strictObject({
        caller: text.describe('Workload; "visitors": nobody inside the mesh.'),
        service: text,
        to: text
          .optional()
          .describe(
            'The Service of its first destination, where another one is asked for; absent: the same.',
          ),
        rule: text.describe('That draws who brings no cookie.'),
        destinations: z.array(
          z.strictObject({
            key: text.describe('Subset, or Service.'),
            weight: number.describe('Share of the route, 0..1.'),
            cookie: text
              .nullable()
              .describe('That its answers set and that leads there again; null: none does.'),
            keepsSeconds: number
              .nullable()
              .describe(
                'For how long; 0: the next request is drawn again. null: to the end of the visit or the run.',
              ),
            keptBy: text.nullable().describe('The rule that sends there who brings it.'),
          }),
        ),
      }),
    )
    .optional()
    .describe('Splits whose answers set cookies, for clients that keep them; absent: there are none.'),
  workloads: z.array(
    z.strictObject({
      name: text,
      application: text.nullable().describe('null: the app file has none for it.'),
      sidecar: flag,
      refusesPlain: z
        .strictObject({
          by: text.describe('"PeerAuthentication default.shop"'),
          ports: z.enum(['all', 'some']),
        })
        .optional()
        .describe('What has its sidecars refuse requests without mutual TLS, in a cluster; absent: nothing.'),
      deniesAll: text
        .optional()
        .describe(
          'The policy by which its sidecars let nobody in, in a cluster, "AuthorizationPolicy none.shop"; absent: there is none.',
        ),
      preStop: z
        .strictObject({
          seconds: number.nullable().describe('How long it sleeps; null: what it does cannot be told.'),
        })
        .optional()
        .describe('The hook that keeps its pods longest before they end; absent: they have none.'),
      recreates: z
        .literal(true)
        .optional()
        .describe('Its strategy is Recreate: of a new template no pod is made before all old ones are gone.'),
    }),
  ),
  ...controllers,
  autoscalers: z.array(
    z.strictObject({
      name: text,
      target: text,
      container: text.optional().describe('The one that it reads; absent: all of them.'),
      wantsPercent: number.describe('Of the CPU requests; 0: its target is no share of them.'),
      canReachPercent: number
        .nullable()
        .describe('The most that it can read: all limits over all requests. null: no limit.'),
      millicores: z
        .strictObject({ wants: number, canReach: number.nullable().describe('null: no limit.') })
        .optional()
        .describe('Of an AverageValue, in place of shares of the requests; absent: it has none.'),
      tolerance: number
        .optional()
        .describe('By which part of its target a reading may be above it without effect; absent: 0.1.'),
      sidecarMilli: whole
        .optional()
        .describe('What the sidecar uses of that while the application is at its limit; absent: nothing.'),
      neverUp: z
        .literal(true)
        .optional()
        .describe('behavior.scaleUp.selectPolicy is Disabled; absent: it may scale up.'),
      neverDown: z
        .literal(true)
        .optional()
        .describe('The same of scaleDown, told beside neverUp alone; absent: it may scale down.'),
      idle: z
        .array(z.strictObject({ container: text, requestMilli: whole }))
        .describe('Containers that the model gives no work, with what they ask for.'),
      proxyMilli: whole
        .optional()
        .describe('What the sidecar asks for, where that is more than the application does.'),
    }),
  ),
});

export type MeshFacts = Immutable<z.infer<typeof meshFacts>>;
export type RuleFact = MeshFacts['rules'][number];
export type MatchedFact = NonNullable<MeshFacts['matched']>[number];
export type OtherNameFact = NonNullable<MeshFacts['otherNames']>[number];
export type BehindFact = NonNullable<MeshFacts['behind']>[number];
export type MisnamedFact = NonNullable<MeshFacts['misnamed']>[number];
export type RefusedFact = NonNullable<MeshFacts['refused']>[number];
export type TwiceFact = NonNullable<MeshFacts['twice']>[number];
export type UnweighedFact = NonNullable<MeshFacts['unweighed']>[number];
export type UnbackedFact = NonNullable<MeshFacts['unbacked']>[number];
export type UnevenFact = MeshFacts['uneven'][number];
export type KeptFact = MeshFacts['kept'][number];
export type AutoscalerFact = MeshFacts['autoscalers'][number];
export type CookieFact = NonNullable<MeshFacts['cookies']>[number];
