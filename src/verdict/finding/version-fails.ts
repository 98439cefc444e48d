import type { FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { binomInterval } from '../../stats/index.ts';
import { count, percent, percentRange, plural } from '../../words/number.ts';
import type { FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { withoutTraffic } from './takes-over.ts';
import { failureFinding, failureGroups, harmText, targetOf, type FailureGroup } from './failures.ts';
import { listed } from '../../words/listed.ts';

/** The application of a version answers with errors of its own: all of its pods, or one. */
export const versionFails: FindingKind = {
  code: 'version-fails',
  seenIn: (record) =>
    failureGroups(record, ['application'], targetOf).map((group) => findingOf(record, group)),
};

function findingOf(record: RunRecord, group: FailureGroup): FindingRecord {
  const [one] = group.failures;
  const target = targetOf(one!);
  const pods = [...new Set(group.failures.flatMap(({ pod }) => pod ?? []))];
  const answered = answersOf(record, one!.service, one!.version);
  const share =
    answered === undefined || answered < group.harm.requests
      ? ''
      : `, ${percent(group.harm.requests / answered, answered)} of its ${count(answered)} answers [${percentRange(
          binomInterval({ k: group.harm.requests, n: answered, conf: 0.95, method: 'wilson' }),
          answered,
        )}]`;
  const isOnePod = pods.length === 1 && podsOf(record, one!.service, one!.version) > 1;
  return failureFinding(record, group, {
    code: 'version-fails',
    sentence: `${isOnePod ? `One pod of ${target}, ${pods[0]!},` : target} answers with errors of its own: ${plural(group.harm.requests, 'request')}${share}. ${harmText(group.harm, record)}.`,
    why: whyOf(group),
    remedies: [
      ...(isOnePod
        ? [
            byHand(
              `Look at the log of ${pods[0]!}. Outlier detection can take a failing pod out, if maxEjectionPercent allows one of so few.`,
            ),
          ]
        : [
            ...withoutTraffic(record, one!.service, one!.version),
            byHand(`Mend ${target}: the application’s log says why it fails, and no manifest does it.`),
          ]),
    ],
    evidence: pods.length > 1 && pods.length <= 8 ? [`Pods: ${listed(pods)}.`] : [],
  });
}

/** A proxy's flags beside an answer of an application say only why there was no further try. */
function whyOf({ failures }: FailureGroup): string {
  const flags = new Set(failures.flatMap((own) => own.flags.split(',')));
  const notTriedAgain = [
    ...(flags.has('URX') ? ['URX: no try was left'] : []),
    ...(flags.has('UO') ? ['UO: the retry budget, or maxRetries, let none pass'] : []),
  ];
  return notTriedAgain.length === 0
    ? 'The answers carry no flag of a proxy: the application itself gave them, not a rule.'
    : `The application itself gave the answers, and flags say why no proxy tried again (${notTriedAgain.join('; ')}).`;
}

/** Answers that the caller's proxies had from a version; undefined: it is not told apart. */
function answersOf({ splits }: RunRecord, service: string, version: string | null): number | undefined {
  const split = splits.find((own) => own.service === service);
  const key = split?.keys.indexOf(version ?? '') ?? -1;
  return split === undefined || key < 0
    ? undefined
    : split.windows.reduce((sum, { observed }) => sum + observed[key]!, 0);
}

const podsOf = ({ pods, failures }: RunRecord, service: string, version: string | null): number => {
  const workload = pods.find(({ pod }) =>
    failures.some((own) => own.service === service && own.pod === pod),
  )?.workload;
  return pods.filter(
    (own) =>
      own.workload === workload && (version === null || own.version === version || own.version === null),
  ).length;
};
