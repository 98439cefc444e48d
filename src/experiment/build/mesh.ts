import type { World } from '../../mesh/world.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { meshFacts } from '../facts/mesh-facts.ts';
import type { Recorder } from '../recorder.ts';

/** What the manifests said, from change to change; a change that changes nothing of it is left out. */
export function buildMesh(world: World, recorder: Recorder, scenario: Scenario): MeshFacts[] {
  const steps: MeshFacts[] = [];
  let before = '';
  for (const { registry, atUs } of recorder.changes) {
    const facts = meshFacts(registry, world.keys.names, scenario, atUs);
    const { fromSeconds, ...rest } = facts;
    void fromSeconds;
    const text = JSON.stringify(rest);
    if (text !== before) steps.push(facts);
    before = text;
  }
  return steps;
}
