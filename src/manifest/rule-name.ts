/** A resource that has rules: a VirtualService, or a route of Gateway API. */
export interface RuleOwner {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** "VirtualService web.default" */
export const ownerText = ({ kind, namespace, name }: RuleOwner): string => `${kind} ${name}.${namespace}`;

/**
 * "VirtualService web.default, rule 2 (testers)"
 * @param place "rule 2", "tcp rule 1": among all of its kind, from 1.
 * @param called the rule's own name.
 */
export const ruleText = (owner: RuleOwner, place: string, called?: string): string =>
  `${ownerText(owner)}, ${place}${called === undefined ? '' : ` (${called})`}`;

/** null: of no rule, which nothing else is the owner of. */
export const isOwner = (one: RuleOwner | null, other: RuleOwner): boolean =>
  one?.kind === other.kind && one.namespace === other.namespace && one.name === other.name;

export const ownerOf = ({
  kind,
  metadata: { namespace, name },
}: {
  readonly kind: string;
  readonly metadata: Readonly<Record<'namespace' | 'name', string>>;
}): RuleOwner => ({ kind, namespace, name });
