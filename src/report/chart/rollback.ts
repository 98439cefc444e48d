import type { RollbackPoint } from '../../record/capacity.ts';
import { rollbackText } from '../../verdict/capacity-verdict.ts';
import { ink } from '../palette.ts';
import { rollbackTable } from '../table/capacity.ts';
import { plotWidth, poster, type Chart, type Position } from './chart.ts';
import { legendPanel } from './legend.ts';

const safe = '#009e73';
const late = '#e69f00';

/** What reverting the shift at each instant would have cost. */
export const rollback: Chart = {
  name: 'rollback',
  section: 'Capacity',
  question: 'Could the shift still be taken back?',
  title({ capacity }) {
    const meter = capacity?.rollback ?? null;
    if (meter === null) return `${this.question} It was not tried`;
    return `${this.question} ${meter.points.every((own) => own.isSafe) ? 'Always' : 'Not always'}`;
  },
  spec(record) {
    const meter = record.capacity?.rollback ?? null;
    if (meter === null || meter.points.length === 0) return null;
    const time: Position = {
      field: 'x',
      type: 'quantitative',
      scale: { domain: [0, record.scenario.durationSeconds], nice: false },
      axis: { title: 'reverted at, s of simulated time', grid: false, tickCount: 10 },
    };
    const share: Position = {
      field: 'y',
      type: 'quantitative',
      axis: { title: null, tickCount: 4, labelExpr: "round(datum.value * 100) + ' %'" },
    };
    const half = meter.everySeconds * 0.4;
    const bars = meter.points.map((own) => ({
      x: own.atSeconds - half,
      x2: own.atSeconds + half,
      both: lostShare(own.failed + own.late + own.unserved, own),
      failed: lostShare(own.failed + own.unserved, own),
      over: own.overSeconds,
      safe: own.isSafe,
    }));
    const change = {
      data: { values: record.timeline.map((own) => ({ x: own.atSeconds })) },
      mark: { type: 'rule', color: ink.muted, opacity: 0.35, strokeWidth: 1 },
      encoding: { x: time },
    } as const;
    return poster(
      { text: this.title(record), subtitle: rollbackText(meter), description: this.text(record) },
      [
        legendPanel([
          { label: 'safe', colour: safe, sign: 'point', shape: 'circle' },
          { label: 'not safe', colour: ink.alarm, sign: 'point', shape: 'cross' },
          { label: 'late', colour: late, sign: 'area' },
          { label: 'failed or never served', colour: ink.alarm, sign: 'area' },
        ]),
        {
          width: plotWidth,
          height: 130,
          title: title(`pages of the ${meter.horizonSeconds} s after the revert that are lost or late`),
          layer: [
            change,
            {
              data: { values: bars.map((own) => ({ x: own.x, x2: own.x2, y: own.both })) },
              mark: { type: 'rect', clip: true, color: late },
              encoding: { x: time, x2: { field: 'x2' }, y: share, y2: { datum: 0 } },
            },
            {
              data: { values: bars.map((own) => ({ x: own.x, x2: own.x2, y: own.failed })) },
              mark: { type: 'rect', clip: true, color: ink.alarm },
              encoding: { x: time, x2: { field: 'x2' }, y: share, y2: { datum: 0 } },
            },
            ...[true, false].map(
              (isSafe) =>
                ({
                  data: {
                    values: meter.points
                      .filter((own) => own.isSafe === isSafe)
                      .map((own) => ({ x: own.atSeconds, y: 0 })),
                  },
                  mark: {
                    type: 'point',
                    filled: true,
                    size: 40,
                    opacity: 1,
                    color: isSafe ? safe : ink.alarm,
                    shape: isSafe ? 'circle' : 'cross',
                  },
                  encoding: { x: time, y: share },
                }) as const,
            ),
          ],
        },
        {
          width: plotWidth,
          height: 80,
          title: title('seconds in which some workload was at its limit'),
          layer: [
            change,
            {
              data: { values: bars.map((own) => ({ x: own.x, x2: own.x2, y: own.over })) },
              mark: { type: 'rect', clip: true, color: ink.muted },
              encoding: {
                x: time,
                x2: { field: 'x2' },
                y: {
                  field: 'y',
                  type: 'quantitative',
                  scale: { domain: [0, meter.horizonSeconds] },
                  axis: { title: null, tickCount: 4 },
                },
                y2: { datum: 0 },
              },
            },
          ],
        },
      ],
      10,
    );
  },
  text({ capacity }) {
    const meter = capacity?.rollback ?? null;
    return meter === null ? 'No revert was tried in this run.' : rollbackText(meter);
  },
  table: (record) => rollbackTable(record.capacity?.rollback ?? null),
};

const lostShare = (lost: number, { pages, unserved }: RollbackPoint): number =>
  pages + unserved === 0 ? 0 : lost / (pages + unserved);

const title = (text: string) =>
  ({ text, anchor: 'start', frame: 'group', fontSize: 12, offset: 4, color: ink.text }) as const;
