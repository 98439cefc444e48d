import { describe, expect, test } from 'vitest';
import { compareByAge, type Age } from '../../../src/mesh/kubernetes/age.ts';
import { applyResources, emptyRegistry, resourcesOf } from '../../../src/mesh/kubernetes/registry.ts';
import { resources } from '../../support/world.ts';

const age = (name: string, given: Partial<Age> = {}): Age => ({
  exportedAt: '',
  createdUs: 0,
  name,
  namespace: 'default',
  ...given,
});

const sorted = (...ages: Age[]): string[] =>
  ages.sort(compareByAge).map(({ namespace, name }) => `${namespace}/${name}`);

// istio pilot/pkg/model/config.go, sortConfigByCreationTime: by creationTimestamp (whole seconds), then name, then namespace.
describe('the age of rules', () => {
  test('the place in a file says nothing: of one second the name decides, then the namespace', () => {
    expect(sorted(age('b'), age('a', { namespace: 'z' }), age('a', { createdUs: 999_999 }))).toEqual([
      'default/a',
      'z/a',
      'default/b',
    ]);
  });

  test('a second later is younger, whatever the name', () => {
    expect(sorted(age('a', { createdUs: 1_000_000 }), age('z'))).toEqual(['default/z', 'default/a']);
  });

  test('what was exported was there before the run, by its timestamp', () => {
    const [march1, march4] = ['2026-03-01T09:00:00Z', '2026-03-04T08:00:00Z'];
    expect(
      sorted(age('new'), age('orders', { exportedAt: march4 }), age('site', { exportedAt: march1 })),
    ).toEqual(['default/site', 'default/orders', 'default/new']);
  });

  test('an export that is applied while the run goes on is created then', () => {
    const rule = (name: string, at: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}${at} }
spec: { hosts: [web], http: [{ route: [{ destination: { host: web } }] }] }
---`;
    const { registry } = applyResources(emptyRegistry, resources(rule('old', '')), 0);
    const later = applyResources(
      registry,
      resources(rule('exported', ', creationTimestamp: "2020-01-01T00:00:00Z"')),
      5_000_000,
    );
    expect(resourcesOf(later.registry, 'VirtualService').map((own) => own.metadata.name)).toEqual([
      'old',
      'exported',
    ]);
  });
});
