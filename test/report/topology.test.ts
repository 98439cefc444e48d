import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/record/record.ts';
import type { CallRecord, StepRecord } from '../../src/record/step.ts';
import { boxesOf, lanesOf } from '../../src/report/chart/topology-boxes.ts';
import { panelWidth } from '../../src/report/chart/topology-panel.ts';
import { topology } from '../../src/report/chart/topology.ts';
import { textWidth } from '../../src/report/glyphs.ts';
import { renderSvg } from '../../src/report/svg.ts';
import { fifteenRefreshes } from '../support/record.ts';

const call = (
  caller: string | null,
  service: string,
  version: string | null,
  rest: Partial<CallRecord> = {},
) => ({
  caller,
  gateway: caller === 'gateway',
  service,
  version,
  workload: version === null ? null : `${service}-${version}`,
  requests: 600,
  failed: 0,
  ...rest,
});

const step = (fromSeconds: number, toSeconds: number, calls: CallRecord[], pods = 1): StepRecord => ({
  fromSeconds,
  toSeconds,
  calls,
  ready: [...new Set(calls.map((own) => own.workload))].flatMap((workload) =>
    workload === null ? [] : [{ workload, pods }],
  ),
});

const run = (...steps: StepRecord[]): RunRecord => ({ ...fifteenRefreshes(), splits: [], steps });

/** Six services with three versions each, every one calling the next, and one that calls back. */
const chain = ['front', 'cart', 'pay', 'stock', 'a-service-with-a-very-long-name-indeed', 'mail'];
const sixServices = (pods = 1): RunRecord =>
  run(
    step(
      0,
      60,
      chain.flatMap((service, at) =>
        ['v1', 'v2', 'a-version-with-a-name-as-long-as-this'].flatMap((version) => [
          call(at === 0 ? 'gateway' : `${chain[at - 1]!}-v1`, service, version, {
            failed: at === 3 ? 40 : 0,
          }),
          ...(at === 1 ? [call('mail-v1', service, version)] : []),
        ]),
      ),
      pods,
    ),
  );

test('callers stand above what they call', () => {
  const names = boxesOf(sixServices()).map((own) => own.name);
  // A circle (mail calls cart) must not turn the order round.
  expect(names).toEqual(['visitors (gateway)', ...chain]);
});

test('boxes do not overlap, and who is called at the same time has a lane of its own', () => {
  const record = sixServices();
  const boxes = boxesOf(record);
  for (const [i, box] of boxes.entries())
    if (i > 0) expect(box.top).toBeGreaterThan(boxes[i - 1]!.top + boxes[i - 1]!.height);
  const both = run(step(0, 60, [call('batch', 'web', 'v1'), call('gateway', 'web', 'v1')]));
  const lanes = lanesOf(boxesOf(both), both);
  expect([...lanes.values()]).toEqual([0, 1]);
});

test.each([1, 9, 40])(
  'no two words of a panel overlap: six services of three versions, %d pods each',
  (pods) => {
    const words = wordsIn(topology.spec(sixServices(pods)));
    expect(words.length).toBeGreaterThan(40);
    for (const [i, a] of words.entries()) {
      expect(a.left, a.label).toBeGreaterThanOrEqual(-1);
      expect(a.right, a.label).toBeLessThanOrEqual(panelWidth + 1);
      for (const b of words.slice(i + 1)) {
        const isApart = Math.abs(a.y - b.y) >= 11 || a.right <= b.left || b.right <= a.left;
        expect(isApart, `${a.label} | ${b.label}`).toBe(true);
      }
    }
  },
);

test('a step has a panel with requests per second, errors, and what a version was given and got', async () => {
  const record = fifteenRefreshes();
  const [first, second] = record.steps;
  const calls = second!.calls.map((own) => ({ ...own, failed: own.version === 'v3' ? 1 : 0 }));
  const svg = await renderSvg(topology.spec({ ...record, steps: [first!, { ...second!, calls }] })!);
  // 15 requests in the 40 s from 60 s on; 11 of them to v3, 1 of which failed.
  expect(svg).toContain('>60–100 s: v1 50 %, v3 50 %<');
  expect(svg).toContain('>0.375/s, 7 % errors<');
  expect(svg).toContain('>given 50 %, got 73 %<');
});

test('a pod that was full is a square of another colour, in the steps in which it was', async () => {
  const record = fifteenRefreshes();
  const pod = {
    pod: 'reviews-v3-a',
    workload: 'reviews-v3',
    version: 'v3',
    requests: 11,
    failed: 0,
    mostUsed: 1,
    ejectedSeconds: 0,
    overSeconds: 5,
    overFromSeconds: 70,
    overToSeconds: 75,
    overShare: 1,
    overEven: 1,
    mostInSystem: 9,
  };
  const full = { ...record, pods: [pod] };
  expect(topology.title(full)).toBe('Who called whom? No call failed, but pods of reviews-v3 were full');
  const squares = JSON.stringify(topology.spec(full)).match(/"shape":"square"/g);
  expect(squares).toHaveLength(1);
});

describe('of twenty steps', () => {
  const steps = Array.from({ length: 20 }, (_, i) =>
    step(i * 10, i * 10 + 10, [call('gateway', 'web', 'v1')]),
  );

  test('six are drawn, the first and the last among them, and it says so', async () => {
    const svg = await renderSvg(topology.spec(run(...steps))!);
    expect(svg).toContain('6 of 20 steps of the rules');
    expect(svg).toContain('>0–10 s');
    expect(svg).toContain('>190–200 s');
  });

  test('the table has all', () => {
    expect(topology.table(run(...steps)).rows).toHaveLength(20);
  });
});

interface Word {
  readonly label: string;
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** Every text with the room that it takes. */
function wordsIn(spec: unknown): Word[] {
  const { layer } = spec as { layer: Layer[] };
  return layer.flatMap(({ data, mark }) => {
    if (mark.type !== 'text') return [];
    return data.values.map(({ x, y, label, align, bold }) => {
      // The names of boxes are drawn as large as all else; bold is the widest.
      const width = textWidth(label, 11, bold);
      return {
        label,
        y,
        left: align === 'right' ? x - width : x,
        right: align === 'right' ? x : x + width,
      };
    });
  });
}
interface Layer {
  readonly data: {
    readonly values: readonly {
      readonly x: number;
      readonly y: number;
      readonly label: string;
      readonly align: 'left' | 'right';
      readonly bold: boolean;
    }[];
  };
  readonly mark: { readonly type: string };
}
