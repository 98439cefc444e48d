import { ownerText, type RuleOwner } from '../../manifest/rule-name.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { failureFinding, failureGroups, harmText, statusesIn } from './failures.ts';
import { listed } from '../../words/listed.ts';
import { during } from './during.ts';
import type { FindingKind } from './finding.ts';
import { leftToBalancers } from './left-to-balancers.ts';
import { byChange } from './remedy.ts';
import { noHostBecause, noHostRemedies } from './rule-for-no-host.ts';
import { toldByStep } from './told-by-step.ts';

/** A rule that is exported to namespaces of which nobody calls. */
export const ruleNotVisible: FindingKind = {
  code: 'rule-not-visible',
  seenIn: (record) =>
    toldByStep(record, ({ rules }) =>
      rules.flatMap((own) =>
        own.inert?.by === 'export' ? [[own.rule, { own, by: own.inert }] as const] : [],
      ),
    ).map(({ key: rule, first: { own, by }, fromSeconds, toSeconds }): FindingRecord => {
      const head = notVisibleHead(rule, by);
      const told = { code: 'rule-not-visible', why, remedies: notVisibleRemedies(own.owner, by) } as const;
      // Where nothing else takes the requests of its hosts, they fail.
      const [lost] = failureGroups(record, ['no-route'], ({ host }) => host).filter(({ failures }) =>
        own.hosts.includes(failures[0]!.host),
      );
      if (lost === undefined) {
        const owner = ownerText(own.owner);
        const { level, harm, text } = leftToBalancers(
          record,
          owner,
          { fromSeconds, toSeconds },
          'harms',
          by.host?.service,
        );
        return {
          ...told,
          level,
          sentence: `${during(record, fromSeconds, toSeconds)}${head}${text}`,
          evidence: [],
          harm,
          look: 'callers',
          trace: null,
        };
      }
      return failureFinding(record, lost, {
        ...told,
        sentence: `${head} No other takes the requests to ${lost.failures[0]!.host}: they get ${statusesIn(lost.failures)}. ${harmText(lost.harm, record)}.`,
      });
    }),
};

const why =
  'A proxy gets the rules that its own namespace sees: exportTo lists these namespaces; "." is the namespace of the rule, and none written means all.';

/** Rules that name a host and that none of its callers sees. */
export const unseenRulesFor = ({ mesh }: RunRecord, host: string): readonly string[] =>
  mesh.flatMap(({ rules }) =>
    rules.flatMap(({ rule, hosts, inert }) => (inert?.by === 'export' && hosts.includes(host) ? [rule] : [])),
  );

type NotVisible = Extract<NonNullable<MeshFacts['rules'][number]['inert']>, { by: 'export' }>;

export const notVisibleHead = (rule: string, { exportTo, callers, host }: NotVisible): string =>
  `${rule} acts for nobody: it is exported to ${listed(exportTo.map((own) => `"${own}"`))} alone, and the proxies that could follow it are in ${listed(callers)}.${host === undefined ? '' : ` Nor would it if they saw it: ${noHostBecause(host)}`}`;

export const notVisibleRemedies = ({ namespace, name }: RuleOwner, { host }: NotVisible): Remedy[] => [
  byChange({ kind: 'export-to-all', rule: `${name}.${namespace}` }),
  ...(host === undefined ? [] : noHostRemedies(host)),
];
