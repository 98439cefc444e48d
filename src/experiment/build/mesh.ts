import type { World } from '../../mesh/world.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { meshFacts } from '../facts/mesh-facts.ts';
import type { Recorder } from '../recorder.ts';

/** What the manifests said, from change to change; a change that changes nothing of it is left out. */
export function buildMesh(world: World, recorder: Recorder, scenario: Scenario): MeshFacts[] {
  const steps: MeshFacts[] = [];
  let before = '';
  for (const { registry, atUs } of momentsOf(recorder, scenario)) {
    const facts = meshFacts(registry, world.keys.names, scenario, atUs);
    const { fromSeconds, ...rest } = facts;
    void fromSeconds;
    const text = JSON.stringify(rest);
    if (text !== before) steps.push(facts);
    before = text;
  }
  return steps;
}

/** Changes of the registry, and of what else a finding tells of. */
function momentsOf({ changes }: Recorder, { others }: Scenario): Pick<Change, 'registry' | 'atUs'>[] {
  const moments = others.flatMap(({ fromUs, untilUs }) => [fromUs, untilUs]).filter(Number.isFinite);
  const more = [...new Set(moments)].flatMap((atUs) => {
    const last = changes.findLast((own) => own.atUs <= atUs);
    return last === undefined || last.atUs === atUs ? [] : [{ registry: last.registry, atUs }];
  });
  return [...changes, ...more].sort((a, b) => a.atUs - b.atUs);
}

type Change = Recorder['changes'][number];
