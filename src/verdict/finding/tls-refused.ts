import type { Remedy } from '../../record/finding.ts';
import type { MeshFacts, RefusedFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { listed } from '../../words/listed.ts';
import { plural } from '../../words/number.ts';
import { during } from './during.ts';
import { noHarm, tolerated, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** tls of a DestinationRule that pods do not take: in a cluster all calls that it is for fail. The model has no TLS, and lets them in. */
export const tlsRefused: FindingKind = {
  code: 'tls-refused',
  seenIn: (record) =>
    toldByStep(record, refusalsIn).map(({ last, all, fromSeconds, toSeconds }) => {
      const requests = requestsOf(record, all.flat());
      const service = listed([...new Set(last.map((own) => own.service))]);
      const asked = record.metrics.requests
        .filter((own) => own.reporter === 'source' && last.some((each) => each.service === own.service))
        .reduce((sum, own) => sum + own.requests, 0);
      const isWhole = fromSeconds <= 0 && toSeconds >= record.scenario.durationSeconds;
      return {
        code: 'tls-refused',
        level: requests > tolerated.failed * asked ? 'breaks' : 'harms',
        sentence: `${during(record, fromSeconds, toSeconds)}${refusedHead(last)} ${isWhole ? 'These are' : 'Over the whole run they make'} ${plural(requests, 'request')} to ${service} in this run, where the model, which has no TLS, lets them in.`,
        evidence: [],
        harm: {
          ...noHarm,
          requests,
          seconds: requests === 0 ? 0 : toSeconds - fromSeconds,
          fromSeconds,
          toSeconds,
        },
        why: refusedWhy,
        remedies: refusedRemedies(last),
        look: 'callers',
        trace: null,
      };
    }),
};

const refusedWhy =
  'tls of a DestinationRule says how the caller’s proxy begins a connection, PeerAuthentication what the sidecar at its other end takes; where the two do not fit, that one closes the connection, and the caller gets 503 (flags UF, UC). Where neither is written, sidecars agree by themselves (automatic mutual TLS).';

/** What of a step is one thing to tell: by rule and reason, of all callers. */
export function refusalsIn({
  refused = [],
}: Pick<MeshFacts, 'refused'>): Map<string, readonly RefusedFact[]> {
  const found = new Map<string, RefusedFact[]>();
  for (const own of refused) {
    const key = JSON.stringify([own.rule, own.mode, own.because, own.by]);
    found.set(key, [...(found.get(key) ?? []), own]);
  }
  return found;
}

/** Requests of the run between these callers and workloads. */
function requestsOf({ metrics, mesh }: RunRecord, refused: readonly RefusedFact[]): number {
  const inside = new Set(mesh.flatMap(({ calls }) => calls.map(({ caller }) => caller)));
  return metrics.requests
    .filter(
      ({ reporter, source, service, destination }) =>
        reporter === 'source' &&
        refused.some(
          (own) =>
            own.service === service &&
            own.workloads.includes(destination) &&
            (own.caller === 'visitors' ? !inside.has(source) : own.caller === source),
        ),
    )
    .reduce((sum, own) => sum + own.requests, 0);
}

export function refusedHead(refused: readonly RefusedFact[]): string {
  const { rule, mode, because, by } = refused[0]!;
  const of = (each: (own: RefusedFact) => readonly string[]): string =>
    listed([...new Set(refused.flatMap(each))]);
  const policy = by === '' ? '' : ` by ${by}`;
  const [begins, ends] = {
    'plain text': ['plain text', `which the sidecars there refuse${policy} (STRICT)`],
    'plain text alone': ['mutual TLS', `and the sidecars there take plain text alone${policy} (DISABLE)`],
    'no sidecar': ['mutual TLS of Istio', 'and these pods have no sidecar that could end it'],
    'no certificate': [
      'TLS without a certificate of its own',
      `and the sidecars there ask for one${policy} (STRICT)`,
    ],
    'other TLS': [
      'TLS that is not Istio’s own',
      'and on a port of HTTP the sidecars there take Istio’s own or plain text alone',
    ],
  }[because];
  return `${rule} fails every request of ${of(({ caller }) => [caller])} to ${of(({ workloads }) => workloads)} in a cluster: by its tls.mode ${mode} it is begun as ${begins}, ${ends}.`;
}

export function refusedRemedies(refused: readonly RefusedFact[]): Remedy[] {
  const { rule, because, by, workloads } = refused[0]!;
  const leave = `Leave tls out of ${rule}, so that proxies begin what the other end takes`;
  switch (because) {
    case 'plain text':
      return [byHand(`${leave}, or write mode ISTIO_MUTUAL; or let ${by} take both (PERMISSIVE).`)];
    case 'plain text alone':
      return [byHand(`${leave}; or let ${by} take mutual TLS (PERMISSIVE, STRICT).`)];
    case 'no sidecar':
      return [byHand(`${leave}, or give ${listed(workloads)} a sidecar.`)];
    case 'no certificate':
    case 'other TLS':
      return [byHand(`${leave}, or write mode ISTIO_MUTUAL.`)];
  }
}
