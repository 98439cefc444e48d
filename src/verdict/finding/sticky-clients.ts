import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, plural } from '../../words/number.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';
import {
  busiestText,
  unevenCost,
  unevenHarm,
  unevenPods,
  versionText,
  type UnevenPods,
} from './uneven-pods.ts';
import { policyFor, type UnevenBy } from './uneven-policy.ts';

/** A hash keeps each client with one pod: with few clients the share of a pod, or of a version, is that of a few of them. */
export const stickyClients: FindingKind = {
  code: 'sticky-clients',
  seenIn: (record) =>
    record.reached.flatMap((reached) => {
      const versions = [...new Set(reached.pods.map(({ version }) => version))];
      const fact =
        reached.caller === 'unknown'
          ? undefined
          : versions.map((own) => hashFor(record, reached.service, own)).find((own) => own !== undefined);
      const own = fact === undefined ? undefined : unevenPods(record, reached);
      return fact === undefined || own === undefined ? [] : [findingOf(record, fact, own)];
    }),
};

/** Two Services of one application: the version of its pods is not the name of the Service that a rule sends to. */
const hashFor = (record: RunRecord, service: string, version: string): UnevenBy<'hash'> | undefined =>
  policyFor(record, 'hash', service, version) ??
  record.mesh
    .flatMap(({ rules }) => rules)
    .filter(({ services }) => services.includes(service))
    .flatMap(({ destinations }) =>
      destinations.flatMap(({ to }) => policyFor(record, 'hash', to, null) ?? []),
    )[0];

function findingOf(record: RunRecord, fact: UnevenBy<'hash'>, own: UnevenPods): FindingRecord {
  const { service, caller } = own.reached;
  const harm = unevenHarm(record, own);
  const busy = own.parts.filter(({ pod }) => pod.requests > 0).length;
  const version = versionText(own);
  return {
    code: 'sticky-clients',
    level: levelOf(harm, record),
    sentence: `A hash on ${fact.of} keeps each client of ${service} with one pod${fact.keys === null ? '' : `, and there ${fact.keys === 1 ? 'is one client' : `are ${count(fact.keys)} clients`}`}: ${
      busy < own.parts.length
        ? `${busy} of ${own.parts.length} pods had all of ${count(own.requests)} requests from ${caller}`
        : `${count(own.requests)} requests from ${caller} are spread by clients, not evenly over ${own.parts.length} pods`
    }.${version === null ? '' : ` ${version}.`}${unevenCost(record, harm)}`,
    evidence: [...busiestText(own), ...sessionsText(record, own)],
    harm,
    why: 'Requests with the same value go to the same pod, however many pods there are: a share is that of the clients who happen to be there, and asking again with the same value tells nothing new.',
    remedies: stickyRemedies(fact, own.isAcrossVersions),
    look: 'callers',
    trace: `--where service=${service}`,
  };
}

/** @param isAcrossVersions no rule draws the version. */
export const stickyRemedies = ({ service }: UnevenBy<'hash'>, isAcrossVersions: boolean): Remedy[] => [
  byChange({ kind: 'no-hash', service }),
  byHand(
    isAcrossVersions
      ? 'If a share of a version is wanted, write it: a VirtualService with weights draws the version first, for each request.'
      : 'Hash by something of which there are many values.',
  ),
];

/** A browser that saw one version alone, as no rule draws it. */
const sessionsText = ({ refreshes }: RunRecord, { reached, isAcrossVersions }: UnevenPods): string[] =>
  !isAcrossVersions
    ? []
    : refreshes.flatMap(({ name, service, keys, counts }) => {
        const seen = keys.filter((_, place) => counts[place]! > 0);
        return service !== reached.service || seen.length !== 1
          ? []
          : [
              `${plural(counts[keys.indexOf(seen[0]!)]!, 'page')} of ${name} brought ${seen[0]!} alone: more of them would bring the same.`,
            ];
      });
