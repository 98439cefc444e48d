import type { VisibleRules } from '../../mesh/istiod/visible-rules.ts';

interface Place {
  readonly name: string;
  readonly namespace: string;
}

/** Whether some rules have that of a VirtualService among them. */
export function hasVirtualService(rules: VisibleRules, place: Place): boolean {
  let found = known.get(rules);
  if (found === undefined) {
    const own = rules.inOrder.filter(({ semantics }) => semantics === 'istio');
    found = new Set(own.map(textOf));
    known.set(rules, found);
  }
  return found.has(textOf(place));
}

/** By namespace and name: a big mesh asks for each of its VirtualServices. */
const known = new WeakMap<VisibleRules, ReadonlySet<string>>();

const textOf = ({ name, namespace }: Place): string => `${namespace}/${name}`;
