import type { Remedy } from '../../record/finding.ts';
import type { UnbackedFact } from '../../record/mesh-facts.ts';
import type { Missing } from '../foreseen/foreseen.ts';
import { ownerText } from '../../manifest/rule-name.ts';
import { listed } from '../../words/listed.ts';
import type { RunRecord } from '../../record/record.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** A destination that has no weight to the end, and that the next step of the shift would not find. */
export const destinationNotThere: FindingKind = {
  code: 'destination-not-there',
  seenIn(record) {
    const last = record.mesh.at(-1);
    const without = (last?.unbacked ?? []).map((own) => ({
      own,
      level: levelAtZero(own),
      head: unbackedHead(own),
    }));
    return [...without, ...unasked(record)].map(({ own, level, head }) => ({
      code: 'destination-not-there',
      level,
      sentence: head,
      evidence: [],
      harm: { ...noHarm, fromSeconds: last!.fromSeconds, toSeconds: record.scenario.durationSeconds },
      why: 'Nothing is seen of what a destination lacks before it is asked.',
      remedies: unbackedRemedies(own),
      look: 'split',
      trace: null,
    }));
  },
};

const levelAtZero = (own: UnbackedFact): 'harms' | 'note' => (wouldFail(own) ? 'harms' : 'note');

/** Destinations of a rule whose matches nobody met, beside others of it that callers follow: no failure of the run is theirs. */
function unasked(record: RunRecord): { own: UnbackedFact; level: 'harms'; head: string }[] {
  const { rules = [], dropped = [] } = record.mesh.at(-1) ?? {};
  const followed = new Set(
    record.callers.flatMap((caller) =>
      caller.rules.flatMap(({ owner }) => (owner === null ? [] : [ownerText(owner)])),
    ),
  );
  return rules
    .filter(({ inert, headless, managedBy, owner }) => {
      const isSent = inert === null && headless === null && managedBy === undefined;
      return isSent && followed.has(ownerText(owner));
    })
    .filter(({ rule, takesAll }) => takesAll !== true && !dropped.some((own) => own.rule === rule))
    .flatMap(({ rule, destinations }) =>
      destinations
        .filter(({ weight, lacks }) => weight > 0 && lacks !== null)
        .filter(({ service, subset }) => !hasFailed(record, service, subset ?? service))
        .map(({ weight: _weight, workloads: _workloads, passesThrough: _passes, ...place }) => ({
          own: { ...place, rule, unsent: [] },
          level: 'harms',
          head: `${rule} sends requests to ${place.to}. None came in this run, and each fails as long as ${lackOf(place)}.`,
        })),
    );
}

const hasFailed = ({ failures }: RunRecord, service: string, version: string): boolean =>
  failures.some(
    (own) => (own.service === service || own.service === '') && [null, version].includes(own.version),
  ) || failures.some((own) => own.version === service);

/** Nobody has its labels: its pods may come later or be gone, unless there are some that it does not have. */
export const wouldFail = ({ lacks, unsent }: UnbackedFact): boolean =>
  lacks !== 'workload' || unsent.length > 0;

export function unbackedHead(own: UnbackedFact): string {
  return `${own.rule} would send requests to ${own.to} from the next weight above 0 on, and each of them fails as long as ${lackOf(own, own.unsent)}.`;
}

/** What a destination lacks, in a clause. @param unsent workloads that are of no destination, where there are some */
export function lackOf(
  { to, service, lacks, port, alias }: Omit<UnbackedFact, 'rule' | 'unsent'>,
  unsent: readonly string[] = [],
): string {
  switch (lacks) {
    case 'service':
      return alias === undefined ? `there is no Service ${service}` : aliasText(service, alias);
    case 'port':
      return `Service ${service} has no port${port === undefined ? ' for it' : ` ${port}`}`;
    case 'subset':
      return 'no DestinationRule defines that subset';
    case 'port name':
      return `no container of its pods has the port that Service ${service} names`;
    case 'workload':
    case null:
      return unsent.length === 0
        ? `no workload has the labels that ${to} selects`
        : `no workload has the labels that ${to} selects (${listed(unsent)} ${unsent.length === 1 ? 'is' : 'are'} in no destination)`;
  }
}

/** What the analysis of manifests tells with its place, too. */
export const missingIn = ({
  service,
  subset,
  lacks,
  port,
}: Omit<UnbackedFact, 'rule' | 'unsent' | 'to'>): { readonly missing?: Missing } =>
  lacks === 'service' || lacks === 'subset' || lacks === 'port'
    ? {
        missing: {
          service,
          subset: lacks === 'port' ? null : subset,
          ...(port === undefined ? {} : { port }),
        },
      }
    : {};

/** "pay stands for pay.example.com (ExternalName), which is no host of the run" */
export const aliasText = (name: string, alias: string): string =>
  `${name} stands for ${alias} (ExternalName), which is no host of the run`;

/** A host outside becomes one of the mesh. */
export const aliasRemedy = (alias: string): Remedy =>
  byHand(
    `Apply a ServiceEntry for ${alias} with the addresses of those who answer there, in a cluster as in the run.`,
  );

export const unbackedRemedies = ({ to, lacks, service, unsent, alias }: UnbackedFact): Remedy[] => [
  ...(alias === undefined ? [] : [aliasRemedy(alias)]),
  byHand(
    lacks === 'subset'
      ? `Correct the name of the subset, or apply a DestinationRule that defines it, before ${to} gets a weight.`
      : lacks === 'service'
        ? `Correct the name of the host, or apply Service ${service}, before it gets a weight.`
        : lacks === 'port' || lacks === 'port name'
          ? `Correct the port of ${to} before it gets a weight.`
          : `${unsent.length === 0 ? '' : `Correct the labels that ${to} selects, or those of ${listed(unsent)}. `}Give ${to} ready pods before it gets a weight.`,
  ),
];
