import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import type { Desk } from '../../../src/experiment/session/desk.ts';
import { Mesh } from '../../../src/workshop/view/mesh.tsx';
import { meshLayout, type MeshLayout } from '../../../src/workshop/view/mesh-layout.ts';
import { MeshTable } from '../../../src/workshop/view/mesh-table.tsx';
import { aDesk, wordsOf } from './a-desk.ts';

const layoutOf = (desk: Desk, isNarrow: boolean): MeshLayout =>
  meshLayout(desk.services, desk.edges, isNarrow);
const boxOf = ({ boxes }: MeshLayout, name: string, version = '') =>
  boxes.find((box) => box.name === name && box.version === version)!;

test('who is called stands to the right of who calls; on a phone, below', () => {
  const way = [
    ['gateway', ''],
    ['productpage', ''],
    ['reviews', 'v3'],
    ['ratings', ''],
  ] as const;
  const wide = layoutOf(aDesk(), false);
  const narrow = layoutOf(aDesk(), true);
  way.slice(1).forEach(([name, version], place) => {
    const [caller, of] = way[place]!;
    expect(boxOf(wide, name, version).x).toBeGreaterThan(
      boxOf(wide, caller, of).x + boxOf(wide, caller, of).width,
    );
    expect(boxOf(narrow, name, version).y).toBeGreaterThan(
      boxOf(narrow, caller, of).y + boxOf(narrow, caller, of).height,
    );
  });
});

test.each([false, true])('no two boxes overlap, and none leaves the drawing (narrow: %s)', (isNarrow) => {
  const layout = layoutOf(aDesk(), isNarrow);
  for (const box of layout.boxes) {
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(layout.width);
    expect(box.y + box.height).toBeLessThanOrEqual(layout.height);
    for (const other of layout.boxes) {
      if (other === box) continue;
      const isApart =
        box.x + box.width <= other.x ||
        other.x + other.width <= box.x ||
        box.y + box.height <= other.y ||
        other.y + other.height <= box.y;
      expect(isApart).toBe(true);
    }
  }
});

test('services that call each other in a circle have their places all the same', () => {
  const call = (from: string, to: string) => ({ from, fromVersion: '', to, version: '' });
  const layout = meshLayout([], [call('a', 'b'), call('b', 'c'), call('c', 'b'), call('c', 'c')], false);
  expect(layout.boxes.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c']);
  expect(layout.wires).toHaveLength(4);
});

test('who neither calls nor is called stands with the last, and not as if it were an entry', () => {
  const call = (from: string, to: string) => ({ from, fromVersion: '', to, version: '' });
  const layout = meshLayout([{ name: 'alone', version: '' }], [call('a', 'b')], false);
  expect(boxOf(layout, 'alone').x).toBe(boxOf(layout, 'b').x);
});

test('nothing shifts as rates, errors, pods and rules change', () => {
  const desk = aDesk();
  const busy = {
    ...desk,
    services: desk.services.map((own) => ({ ...own, perSecond: 9000, errorsPerSecond: 50, pods: [] })),
    edges: desk.edges.map((own) => ({ ...own, perSecond: 9000, errorsPerSecond: 50 })),
  };
  expect(layoutOf(busy, false)).toEqual(layoutOf(desk, false));
});

test('the picture says rates, errors, and how many proxies hold the latest rule', () => {
  const html = renderToString(<Mesh desk={aDesk()} language="en" />);
  const words = wordsOf(html);
  expect(words).toContain('The latest rule is on its way: 1 of 2 proxies hold it.');
  expect(words).toContain('✕ 3.0/s');
  expect(html).toContain(
    'aria-label="Who calls whom: gateway to productpage 60/s; productpage to details 60/s; productpage to reviews v1 29/s; productpage to reviews v3 31/s; reviews v3 to ratings 31/s"',
  );
  expect(html.match(/class="mesh-badge is-held"/g)).toHaveLength(1);
  expect(html.match(/class="mesh-badge"/g)).toHaveLength(1);
});

test('the tables say the same numbers as the picture', () => {
  const words = wordsOf(renderToString(<MeshTable desk={aDesk()} language="en" />));
  expect(words).toContain('productpage 60/s 0/s 1 0 1 of 1');
  expect(words).toContain('reviews v1 29/s 0/s 1 0 0 of 1');
  expect(words).toContain('productpage reviews v3 31/s 3.0/s');
  expect(words).toContain('reviews v3 ratings 31/s 0/s');
});
