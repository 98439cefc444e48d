import type { RunRecord } from '../../record/record.ts';
import { moment } from '../../words/number.ts';
import { Code } from '../page/code.tsx';
import { keepUnits } from '../keep-units.ts';
import { Section } from '../page/section.tsx';

/** How to come to the same run again, and what it was made by. */
export function Provenance({ record: { version, scenario, modelled } }: { readonly record: RunRecord }) {
  const facts: readonly (readonly [string, string])[] = [
    ['meshshift', version],
    ['Seed', scenario.seed],
    ['Scenario hash', scenario.hash],
    ['Simulated', moment(scenario.durationSeconds)],
    ['Modelled', `Istio ${modelled.istio}, Envoy ${modelled.envoy}, Kubernetes ${modelled.kubernetes}`],
  ];
  return (
    <Section title="Repeat it">
      <Code text={scenario.command} />
      <dl class="provenance">
        {facts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{keepUnits(value)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
