import type { FindingRecord, Harm, Remedy } from '../../record/finding.ts';
import type { KeptFact } from '../../record/mesh-facts.ts';
import type { Phase, RunRecord, ServiceSplit } from '../../record/record.ts';
import { count, percent, plural, seconds, span } from '../../words/number.ts';
import { ruleTest } from '../tally-test.ts';
import { levelOf, noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';
import {
  beyondLuck,
  busiestText,
  unevenCost,
  unevenHarm,
  unevenPods,
  versionText,
  worth,
  type UnevenPods,
} from './uneven-pods.ts';

/** Connections that callers keep lead all that comes over them to one pod: load and shares are those of connections. */
export const keptConnections: FindingKind = {
  code: 'kept-connections',
  seenIn: (record) =>
    keptIn(record).flatMap((fact) => {
      const ruled = fact.by === 'tcp' ? oldShares(record, fact.service) : undefined;
      if (ruled !== undefined) return [sharesFinding(record, fact, ruled)];
      return record.reached
        .filter(({ caller, service }) => service === fact.service && caller === callerOf(fact))
        .flatMap((reached) => unevenPods(record, reached) ?? [])
        .filter((own) => !isLuckOfConnections(record, fact, own))
        .map((own) => podsFinding(record, fact, own));
    }),
};

/** Connections that callers keep to pods of a Service, each once. */
export function keptIn({ mesh }: RunRecord): KeptFact[] {
  const found = mesh.flatMap(({ kept }) => kept);
  return [...new Map(found.map((own) => [`${own.caller} ${own.service}`, own])).values()];
}

/** Nobody knows callers without a proxy by name. */
const callerOf = ({ by, caller }: KeptFact): string => (by === 'no sidecar' ? 'unknown' : caller);

/** Connections that end choose their pods anew: what so few of them leave uneven is luck, and moves on. */
function isLuckOfConnections({ scenario, pods }: RunRecord, fact: KeptFact, own: UnevenPods): boolean {
  if (fact.maxAgeSeconds === null) return false;
  const clients = fact.clients ?? pods.filter(({ workload }) => workload === fact.caller).length;
  const connections = (clients * scenario.durationSeconds) / fact.maxAgeSeconds;
  const test = ruleTest(
    own.parts.map(({ pod }) => Math.round((pod.requests * connections) / own.requests)),
    own.parts.map(({ even }) => even / own.requests),
  );
  return test === null || test.p > beyondLuck;
}

function podsFinding(record: RunRecord, fact: KeptFact, own: UnevenPods): FindingRecord {
  // A rule that acts for nobody without a sidecar is a finding of its own (`caller-without-proxy`).
  const isTold = fact.by === 'no sidecar' && isRuled(record, fact.service);
  const harm = unevenHarm(record, own, isTold);
  const busy = own.parts.filter(({ pod }) => pod.requests > 0).length;
  const version = versionText(own);
  const idle = own.parts.filter(({ pod }) => pod.requests === 0 && pod.readyFromSeconds > 0);
  return {
    code: 'kept-connections',
    level: levelOf(harm, record),
    sentence: `${fact.caller} keeps its connections to ${fact.service}, and each stays with one pod: ${
      busy < own.parts.length
        ? `${busy} of ${own.parts.length} pods had all of its ${count(own.requests)} requests`
        : `its ${count(own.requests)} requests are spread by connections, not evenly over ${own.parts.length} pods`
    }.${version === null ? '' : ` ${version}.`}${unevenCost(record, harm)}`,
    evidence: [
      ...busiestText(own),
      ...(idle.length === 0
        ? []
        : [
            `${plural(idle.length, 'pod')} that came later (from ${seconds(Math.min(...idle.map(({ pod }) => pod.readyFromSeconds)))} on) had nothing: connections that stand do not move.`,
          ]),
      ...connectionsText(fact),
    ],
    harm,
    why: keptWhy(fact),
    remedies: keptRemedies(fact),
    look: 'callers',
    trace: `--where service=${fact.service}`,
  };
}

const isRuled = ({ mesh }: RunRecord, service: string): boolean =>
  mesh.some(({ rules }) => rules.some(({ inside, services }) => inside && services.includes(service)));

/** What a rule over TCP draws is a connection. @returns the settled phase in which requests strayed most from its weights. */
function oldShares(
  { splits }: RunRecord,
  service: string,
):
  | { readonly split: ServiceSplit; readonly phase: Phase; readonly place: number; readonly off: number }
  | undefined {
  const split = splits.find((own) => own.service === service);
  return (split?.phases ?? [])
    .filter(
      ({ state, requests, effective }) => state === 'settled' && requests >= fewest && effective !== null,
    )
    .flatMap((phase) =>
      split!.keys.map((_, place) => ({
        split: split!,
        phase,
        place,
        off: phase.effective![place]! - phase.observed[place]! / phase.requests,
      })),
    )
    .filter(({ off, phase, split: { configured } }) => off >= worth && ruledIn(configured, phase))
    .sort((a, b) => b.off - a.off)[0];
}

const fewest = 100;

const ruledIn = (configured: ServiceSplit['configured'], { fromSeconds }: Phase): boolean =>
  configured.findLast((own) => own.atSeconds <= fromSeconds)?.shares !== undefined;

function sharesFinding(
  record: RunRecord,
  fact: KeptFact,
  { split, phase, place, off }: NonNullable<ReturnType<typeof oldShares>>,
): FindingRecord {
  const harm: Harm = {
    ...noHarm,
    requests: Math.round(off * phase.requests),
    seconds: phase.toSeconds - phase.fromSeconds,
    fromSeconds: phase.fromSeconds,
    toSeconds: phase.toSeconds,
  };
  const had = phase.observed[place]! / phase.requests;
  const { interval } = phase.perKey[place]!;
  return {
    code: 'kept-connections',
    level: levelOf(harm, record),
    sentence: `${fact.caller} keeps its TCP connections to ${fact.service}, and the weights choose for a connection when it is opened: ${split.keys[place]!} had ${phase.observed[place] === 0 ? 'none' : percent(had, phase.requests)} of ${count(phase.requests)} requests, where its weight is ${percent(phase.effective![place]!)} (${span(phase.fromSeconds, phase.toSeconds)}).`,
    evidence: [
      ...(interval === null
        ? []
        : [
            `As if each request had been drawn: ${percent(interval[0], phase.requests)} to ${percent(interval[1], phase.requests)}, and the weight is not among them.`,
          ]),
      ...connectionsText(fact),
    ],
    harm,
    why: keptWhy(fact),
    remedies: keptRemedies(fact),
    look: 'split',
    trace: `--where service=${fact.service}`,
  };
}

const connectionsText = ({ clients, maxAgeSeconds }: KeptFact): string[] => [
  `${clients === null ? 'Each calling pod keeps a connection' : `${plural(clients, 'client')} keep${clients === 1 ? 's' : ''} a connection${clients === 1 ? '' : ' each'}`}, ${maxAgeSeconds === null ? 'which nobody ends' : `for ${seconds(maxAgeSeconds)}`}.`,
];

/** Why what comes over a connection stays with a pod. */
export const keptWhy = ({ by }: KeptFact): string =>
  by === 'no sidecar'
    ? 'Without a sidecar kube-proxy chooses a pod when a connection is opened, and all that comes over it goes there until it ends. Pods that come later get new connections alone.'
    : 'The proxy of a TCP port draws the weights and chooses a pod when a connection is opened, and all that comes over it goes there until it ends. Other weights, and pods that come later, are for new connections alone.';

export const keptRemedies = ({ caller, by }: KeptFact): Remedy[] => [
  ...(by === 'no sidecar' ? [byChange({ kind: 'inject-sidecar', workload: caller })] : []),
  byHand(
    `Let the connections of ${caller} end from time to time (maxConnectionAge of a gRPC server, maxLifetime of a pool${by === 'tcp' ? ', tcp.maxConnectionDuration of a DestinationRule, which the model reads without acting' : ''}): no manifest of the model ends one that is in use.`,
  ),
];
