import type { Resource } from '../../manifest/resource.ts';

/** What rules of weights say, in a line: "reviews: 50 v1, 50 v3"; undefined: there are none among these resources. */
export function ruleText(resources: readonly Resource[]): string | undefined {
  const texts = resources.flatMap((own) => {
    if (own.kind !== 'VirtualService') return [];
    const [rule] = own.spec.http;
    if (rule === undefined || rule.route.length === 0) return [];
    const parts = rule.route.map(
      ({ weight, destination }) => `${weight} ${destination.subset ?? destination.host}`,
    );
    return [`${own.spec.hosts[0] ?? own.metadata.name}: ${parts.join(', ')}`];
  });
  return texts.length === 0 ? undefined : texts.join('; ');
}
