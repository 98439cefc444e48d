import type { RouteDestination, VirtualService } from '../../manifest/resource.ts';
import { ownerOf, ruleText } from '../../manifest/rule-name.ts';

/** The rules of a VirtualService that send requests or connections somewhere: by which name, and where. */
export function sendingRules(
  own: VirtualService,
): readonly { readonly rule: string; readonly route: readonly RouteDestination[] }[] {
  const owner = ownerOf(own);
  const { http, tcp } = own.spec;
  return [
    ...http.map(({ route }, index) => ({ rule: ruleText(owner, `rule ${index + 1}`), route })),
    ...tcp.map(({ route }, index) => ({ rule: ruleText(owner, `tcp rule ${index + 1}`), route })),
  ];
}
