import { ownerText } from '../../manifest/rule-name.ts';
import { hostCovers } from '../../manifest/host.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import { isPartly, type DroppedFact } from '../../record/dropped-fact.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { listed } from '../../words/listed.ts';
import { during } from './during.ts';
import type { FindingKind } from './finding.ts';
import { leftToBalancers } from './left-to-balancers.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** A rule that is accepted and does nothing, as istiod leaves it out: what it is for goes elsewhere. */
export const ruleDropped: FindingKind = {
  code: 'rule-dropped',
  seenIn: (record) =>
    toldByStep(record, ({ dropped = [] }) =>
      dropped
        // Requests that nobody takes are told with it.
        .filter((own) => !record.failures.some(({ cause, host }) => isFor(own, cause, host)))
        .map((own) => [own.rule, own] as const),
    ).map(({ first, fromSeconds, toSeconds }) => {
      // What is left undone is what the delegate says.
      const owner = first.by === 'no-delegate' ? first.delegate : ownerText(first.owner);
      const { level, harm, text } = leftToBalancers(
        record,
        owner,
        { fromSeconds, toSeconds },
        otherwise(first),
      );
      return {
        code: 'rule-dropped',
        level,
        sentence: `${during(record, fromSeconds, toSeconds)}${droppedHead(first)}${text}`,
        evidence: [],
        harm,
        why: droppedWhy,
        remedies: droppedRemedies(first),
        look: 'callers',
        trace: null,
      };
    }),
};

/** Where nobody asks for what it is for: an entry too many among its parents leaves nothing undone. */
const otherwise = (own: DroppedFact): FindingRecord['level'] => (isPartly(own) ? 'note' : 'harms');

/** What acts elsewhere for the same hosts may be what does not take a request. */
const isFor = (own: DroppedFact, cause: string, host: string): boolean =>
  !isPartly(own) &&
  (cause === 'no-route' || cause === 'no-listener') &&
  own.hosts.some((each) => each === '*' || hostCovers(each, host.replace(/:\d+$/, '')));

/** Rules for a host that istiod leaves out, each once. */
export const droppedFor = ({ mesh }: RunRecord, host: string): readonly DroppedFact[] => [
  ...new Map(
    mesh
      .flatMap(({ dropped = [] }: MeshFacts) => dropped)
      .filter((own) => isFor(own, 'no-route', host))
      .map((own) => [own.rule, own]),
  ).values(),
];

export const droppedHead = (own: DroppedFact): string =>
  own.by === 'server'
    ? `The ${own.routes} routes of ${ownerText(own.owner)} do nothing at Gateway ${own.gateway}: ${droppedBecause(own)}.`
    : `${own.rule} does nothing: ${droppedBecause(own)}.`;

/** In a clause. */
export function droppedBecause(own: DroppedFact): string {
  switch (own.by) {
    case 'error':
      return `istiod makes no rule at all of it, for an error in one of its rules (${own.error.replace(/\.$/, '')})`;
    case 'consumer':
      return `its parent is Service ${own.parent.name} of namespace ${own.parent.namespace}, so it is for callers in namespace ${own.namespace} alone, where no pod has a sidecar`;
    case 'catch-all':
      return `rule ${own.after} before it has no match, and takes every request`;
    case 'delegate':
      return `what its match asks of ${own.field} does not lie in what ${own.root} asks, which delegates to it, and istiod leaves such a rule out`;
    case 'no-delegate':
      return `it delegates to ${own.delegate}, ${own.isThere ? 'which is not exported to its namespace' : 'and there is no such one without hosts'}`;
    case 'unattached':
      return own.port !== undefined
        ? `its parent ${parentOf(own)} has no port ${own.port}`
        : `its parent ${parentOf(own)} ${notTakenBy(own)}`;
    case 'server':
      return `its servers are of protocol ${listed(own.protocols)}, which ${serverTakes(own)}`;
    case 'no-root':
      return 'it has no hosts, so it acts where another one delegates to it, and none does';
  }
}

export const droppedWhy =
  'kubectl apply accepts it, and what it is for goes on as if it were not there: to another rule, to any pod of the Service, or to none.';

export const droppedRemedies = (own: DroppedFact): Remedy[] => [byHand(droppedRemedy(own))];

function droppedRemedy(own: DroppedFact): string {
  const { rule, hosts } = own;
  switch (own.by) {
    case 'error':
      return `Take what istiod does not know out of ${rule}: all of its rules act then.`;
    case 'consumer':
      return `Put ${rule} into the namespace of its parent, so that it is for all callers of ${hosts.join(', ')}.`;
    case 'catch-all':
      return `Put ${rule} before the rule without a match, or leave one of the two out.`;
    case 'delegate':
      return `Let the match of ${rule} lie in that of the rule that delegates to it, or give it a rule of its own there.`;
    case 'no-delegate':
      return own.isThere
        ? `Let exportTo of ${own.delegate} name the namespace of the rule that delegates to it.`
        : `Correct the name of the delegate in ${rule}, or apply ${own.delegate} without hosts.`;
    case 'unattached':
      if (own.listeners?.areForOthers === true)
        return `Give ${parentOf(own)} a listener of protocol ${protocolsFor(own)}, or write ${/^(HTTP|GRPC)Route$/.test(own.owner.kind) ? 'a TCPRoute' : 'an HTTPRoute'} in place of ${rule}.`;
      return own.isPartly === true
        ? `Correct that entry among the parentRefs of ${ownerText(own.owner)}, or take it out: through its other parents the route acts.`
        : `Correct parentRefs of ${rule}, or let ${parentOf(own)} take it; it acts for nobody until then.`;
    case 'server':
      return own.routes === 'http'
        ? `Give the server of Gateway ${own.gateway} protocol HTTP (or HTTPS with its certificate), or write the routes of ${ownerText(own.owner)} under ${own.protocols.some((each) => each.endsWith(passed)) ? 'tls' : 'tcp'}.`
        : `Give the server of Gateway ${own.gateway} protocol ${own.routes === 'tcp' ? 'TCP' : 'TLS with mode PASSTHROUGH'}, or write the routes of ${ownerText(own.owner)} under http.`;
    case 'no-root':
      return `Delegate to ${rule} in a rule of a VirtualService that has hosts, or give it hosts of its own.`;
  }
}

/** What servers that do not take some routes make of connections. */
const serverTakes = ({ routes, protocols }: DroppedFact & { readonly by: 'server' }): string =>
  routes !== 'http'
    ? `ask ${protocols.some((own) => own.endsWith(passed)) ? 'others' : 'http routes'} alone`
    : protocols.some((own) => own.endsWith(passed))
      ? 'pass connections on by tls routes alone'
      : 'pass connections on by tcp routes alone, and without one nobody listens there';

const passed = '(passed on)';

const protocolsFor = ({ owner: { kind } }: DroppedFact): string =>
  kind === 'TCPRoute' ? 'TCP' : kind === 'TLSRoute' ? 'TLS' : 'HTTP';

/** An older record does not say whether a Gateway is there. */
function notTakenBy({ listeners, owner, parent }: DroppedFact & { readonly by: 'unattached' }): string {
  if (listeners === undefined) return 'is not there';
  if (parent.section !== undefined && !listeners.areForOthers)
    return `has no listener ${parent.section} that takes it`;
  return listeners.areForOthers
    ? `listens for ${listed(listeners.protocols)} alone, where it takes no ${owner.kind}`
    : `has no listener that takes it, by the name, port, host and namespaces that they and it say`;
}

const parentOf = ({
  parent: { kind, name, namespace },
}: DroppedFact & { readonly by: 'unattached' }): string => `${kind} ${name} of namespace ${namespace}`;

/** The analysis of manifests tells it, too, with its place. */
export const isAnalysed = ({ by, owner: { kind } }: DroppedFact): boolean =>
  by === 'error' || by === 'catch-all' || (by === 'unattached' && kind === 'HTTPRoute');
