import type { RunRecord } from '../../record/record.ts';
import { seconds } from '../../words/number.ts';
import type { FindingKind } from './finding.ts';
import { didYouMean } from '../../manifest/did-you-mean.ts';
import type { Failure } from '../../record/failure.ts';
import type { Remedy } from '../../record/finding.ts';
import { withoutTraffic } from './takes-over.ts';
import { byChange, byHand } from './remedy.ts';
import { callersIn, failureFinding, failureGroups, harmText, targetOf } from './failures.ts';

/** A rule names a subset that the proxy does not know: too early by its push, or by its manifest, or never defined. */
export const subsetMissing: FindingKind = {
  code: 'subset-missing',
  seenIn: (record) =>
    failureGroups(record, ['subset-not-arrived', 'subset-unknown'], targetOf).map((group) => {
      const [one] = group.failures;
      const target = targetOf(one!);
      const isUnknown = group.failures.some(({ cause }) => cause === 'subset-unknown');
      const later = definedAt(record, target, group.harm.fromSeconds ?? 0);
      const [sentence, why] = !isUnknown
        ? [
            `The rule reached ${callersIn(group.failures)} before the subset that it names, ${target}: its whole share got 503.`,
            'The rule and the DestinationRule were changed together, and istiod sends them in what may be two pushes; Envoy does not know the cluster until then (flag NC).',
          ]
        : [
            later !== undefined
              ? `The rule was applied ${seconds(later - namedAt(record, target, later))} before the DestinationRule that defines ${target}: its whole share got 503 until then.`
              : `No DestinationRule defines the subset of ${target}, and a rule sends requests to it: its whole share gets 503.`,
            'A rule that names a subset which nobody defines is accepted; Envoy does not know the cluster (flag NC).',
          ];
      return failureFinding(record, group, {
        code: 'subset-missing',
        sentence: `${sentence} ${harmText(group.harm, record)}.`,
        why,
        remedies:
          isUnknown && later === undefined
            ? undefinedRemedies(record, one!)
            : subsetFirst(one!.service, one!.version ?? ''),
      });
    }),
};

/** When a later manifest brings what a destination lacked; undefined: none does. */
function definedAt({ mesh }: RunRecord, target: string, fromSeconds: number): number | undefined {
  return mesh.find(
    (step) =>
      step.fromSeconds > fromSeconds &&
      step.rules.some(({ destinations }) =>
        destinations.some(({ to, lacks }) => to === target && lacks !== 'subset'),
      ),
  )?.fromSeconds;
}

/** Since when a rule has named what a later manifest brings. */
const namedAt = ({ mesh }: RunRecord, target: string, laterSeconds: number): number => {
  const lacking = ({ rules }: RunRecord['mesh'][number]): boolean =>
    rules.some(({ destinations }) =>
      destinations.some(({ to, lacks }) => to === target && lacks === 'subset'),
    );
  const before = mesh.filter(({ fromSeconds }) => fromSeconds < laterSeconds);
  const since = before.findLastIndex((step) => !lacking(step)) + 1;
  return before[since]?.fromSeconds ?? laterSeconds;
};

/** The subset that a later manifest brings comes before the rule. */
export const subsetFirst = (service: string, version: string): Remedy[] => [
  byChange({ kind: 'subset-first', service, version, aheadSeconds: 5 }),
];

/** Nothing in the manifests tells which subset is meant. */
export const nameRemedies: Remedy[] = [
  byHand(
    'Correct the name of the subset in the rule, or apply a DestinationRule that defines it, some seconds before the rule.',
  ),
];

/** The name that was meant; the subset, where a version has that label; else nothing goes there. */
function undefinedRemedies(record: RunRecord, { service, version }: Failure): Remedy[] {
  if (version === null) return nameRemedies;
  const subsets = record.mesh.flatMap(({ rules }) =>
    rules.flatMap(({ destinations }) =>
      destinations.flatMap((own) =>
        own.service === service && own.subset !== null && own.lacks !== 'subset' ? [own.subset] : [],
      ),
    ),
  );
  const versions = record.metrics.requests.map((own) => own.version);
  const workloads = record.mesh.flatMap((step) => step.workloads.map(({ name }) => name));
  const isVersion = versions.includes(version) || workloads.includes(`${service}-${version}`);
  const near = isVersion ? undefined : didYouMean(version, [...subsets, ...versions]);
  return [
    ...(near === undefined ? [] : [byChange({ kind: 'rename-subset', service, from: version, to: near })]),
    ...(isVersion ? [byChange({ kind: 'define-subset', service, version, labels: { version } })] : []),
    ...withoutTraffic(record, service, version),
    ...nameRemedies,
  ];
}
