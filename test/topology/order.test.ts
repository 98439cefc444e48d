import { expect, test } from 'vitest';
import { Chance } from '../../src/kernel/chance.ts';
import { translate } from '../../src/mesh/istiod/translate.ts';
import { applyResources, emptyRegistry } from '../../src/mesh/kubernetes/registry.ts';
import { askedOf, cases } from './topology-case.ts';

/** A permutation by Fisher and Yates. */
function shuffled<T>(list: readonly T[], below: (bound: number) => number): T[] {
  const found = [...list];
  for (let last = found.length - 1; last > 0; last--) {
    const other = below(last + 1);
    [found[last], found[other]] = [found[other]!, found[last]!];
  }
  return found;
}

// Age, name and namespace order rules (istio pilot/pkg/model/config.go, sortConfigByCreationTime), never their places in files.
test.each(cases.filter(({ proxy }) => proxy.type === 'sidecar' || proxy.type === 'gateway'))(
  'the order of documents and files changes nothing of what a proxy gets ($id)',
  (own) => {
    const { manifests, registry, proxy } = askedOf(own);
    const chance = new Chance(own.id).stream('order');
    const expected = translate(registry, proxy);
    for (let round = 0; round < 5; round++) {
      const order = shuffled(manifests, (bound) => chance.below(bound));
      expect(translate(applyResources(emptyRegistry, order, 0).registry, proxy)).toEqual(expected);
    }
  },
);

test('nor where nothing tells the age: of one second, the name does, then the namespace', () => {
  for (const own of cases.filter(({ proxy }) => proxy.type === 'sidecar' || proxy.type === 'gateway')) {
    const { manifests, proxy } = askedOf(own);
    const undated = manifests.map((each) => ({
      ...each,
      source: {
        ...each.source,
        metadata: { ...(each.source['metadata'] as object), creationTimestamp: null },
      },
    }));
    const expected = translate(applyResources(emptyRegistry, undated, 0).registry, proxy);
    const found = translate(applyResources(emptyRegistry, undated.toReversed(), 0).registry, proxy);
    expect(found, own.id).toEqual(expected);
  }
});
