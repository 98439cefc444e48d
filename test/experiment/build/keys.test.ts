import { expect, test } from 'vitest';
import { keyRowsOf } from '../../../src/experiment/build/keys.ts';
import type { Recorder } from '../../../src/experiment/recorder.ts';
import type { World } from '../../../src/mesh/world.ts';

test('the keys of a service are those that got a request, a share or a copy, v2 before v10', () => {
  const world = {
    keys: { count: 6, name: ['v10', 'v2', 'v1', 'v3', 'v4', 'x'], service: ['a', 'a', 'a', 'a', 'a', 'b'] },
    tables: {
      variants: [
        { service: 'a', shares: [[3, 0]] },
        { service: 'b', shares: [[4, 1]] },
      ],
    },
  } as unknown as World;
  // v10 was asked once, v2 served a copy, v3 has a share (of 0); nobody knows v1 and v4, and x is another's.
  const recorder = { counters: { observed: [1, 0, 0, 0, 0, 5], served: [0, 1] } } as unknown as Recorder;
  expect(keyRowsOf(world, recorder, 'a').map((key) => world.keys.name[key])).toEqual(['v2', 'v3', 'v10']);
});
