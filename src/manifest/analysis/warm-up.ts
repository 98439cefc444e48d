import { inertWarmup, type PolicyBlocks, type TrafficPolicy } from '../kind/traffic-policy.ts';
import type { DestinationRule } from '../resource.ts';
import { problemIn } from './problem-in.ts';
import { type Check } from './setting.ts';

/** A warm-up beside a balancer that has none. */
export const warmUps: Check = (setting) =>
  setting.destinationRules.flatMap((own) =>
    inertWarmupsIn(own).map(({ path, beside }) =>
      problemIn(own, path, 'key', {
        severity: 'warning',
        code: 'MS1117',
        message: `a warm-up does nothing beside ${beside}: Envoy has slow start for ROUND_ROBIN and LEAST_REQUEST alone, and new pods get their full part at once`,
        hint: 'write simple: LEAST_REQUEST or ROUND_ROBIN, or leave the warm-up out',
      }),
    ),
  );

type Path = readonly (string | number)[];

/** The balancers of a rule that have a warm-up and do not know it: of all, of its ports and of its subsets. */
export function inertWarmupsIn({
  spec: { trafficPolicy, subsets },
}: Pick<DestinationRule, 'spec'>): { readonly path: Path; readonly beside: string }[] {
  const policies: (readonly [Path, TrafficPolicy | undefined])[] = [
    [['spec', 'trafficPolicy'], trafficPolicy],
    ...subsets.map((own, index) => [['spec', 'subsets', index, 'trafficPolicy'], own.trafficPolicy] as const),
  ];
  const blocks = policies.flatMap(([path, policy]): (readonly [Path, PolicyBlocks])[] =>
    policy === undefined
      ? []
      : [
          [path, policy],
          ...policy.portLevel.map((own, index) => [[...path, 'portLevelSettings', index], own] as const),
        ],
  );
  return blocks.flatMap(([path, { loadBalancer }]) => {
    const beside = loadBalancer && inertWarmup(loadBalancer);
    return beside === undefined ? [] : [{ path: [...path, 'loadBalancer'], beside }];
  });
}
