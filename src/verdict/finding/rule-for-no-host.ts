import { ownerText } from '../../manifest/rule-name.ts';
import type { Remedy } from '../../record/finding.ts';
import type { MeshFacts, RuleFact } from '../../record/mesh-facts.ts';
import { listed } from '../../words/listed.ts';
import { during } from './during.ts';
import type { FindingKind } from './finding.ts';
import { leftToBalancers } from './left-to-balancers.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** A rule for hosts that nothing has: mostly a short name, which means the rule's own namespace. */
export const ruleForNoHost: FindingKind = {
  code: 'rule-for-no-host',
  seenIn: (record) =>
    toldByStep(record, rulesForNoHost).map(
      ({ key: owner, first: { inert, isHarm }, fromSeconds, toSeconds }) => {
        const { level, harm, text } = leftToBalancers(
          record,
          owner,
          { fromSeconds, toSeconds },
          isHarm ? 'harms' : 'note',
          inert.service,
        );
        return {
          code: 'rule-for-no-host',
          level,
          sentence: `${during(record, fromSeconds, toSeconds)}${noHostHead(owner, inert)}${text}`,
          evidence: [],
          harm,
          why: 'A name without a dot in a VirtualService is one of its own namespace, and a name with a dot is a full one. Sidecars apply a rule to calls of the Services that it names; beside that, at most to HTTP that asks for that very name.',
          remedies: noHostRemedies(inert),
          look: 'callers',
          trace: null,
        };
      },
    ),
};

type NoHost = Extract<NonNullable<RuleFact['inert']>, { by: 'host' }>;

/** VirtualServices of a step that act for nobody for their hosts; a harm: one that may be meant is called, or what they send to is. */
export function rulesForNoHost({
  rules,
  calls,
}: Pick<MeshFacts, 'rules' | 'calls'>): Map<string, { readonly inert: NoHost; readonly isHarm: boolean }> {
  const found = new Map<string, { readonly inert: NoHost; readonly isHarm: boolean }>();
  for (const { owner: of, inert, destinations } of rules) {
    if (inert?.by !== 'host') continue;
    const owner = ownerText(of);
    const isCalled = calls.some(({ service }) => destinations.some((own) => own.service === service));
    found.set(owner, {
      inert,
      isHarm: inert.meant !== null || isCalled || found.get(owner)?.isHarm === true,
    });
  }
  return found;
}

export const noHostHead = (owner: string, inert: NoHost): string =>
  `${owner} acts for nobody: ${noHostBecause(inert)}`;

/** In a clause, and a sentence after it. */
export const noHostBecause = ({ hosts, meant }: NoHost): string =>
  `to it ${hosts.length === 1 ? 'its host is' : 'its hosts are'} ${listed(hosts)}, and neither a Service nor a ServiceEntry has such a name.${
    meant === null ? '' : ` Service ${meant} is another one, and its callers do not follow this rule.`
  }`;

export const noHostRemedies = ({ meant }: NoHost): Remedy[] => [
  byHand(
    meant === null
      ? 'Correct the host, or apply the Service that it is for.'
      : `Write ${meant} among its hosts and in its destinations, or put the rule into the namespace of that Service.`,
  ),
];
