import { maxIndex, range, sort, sum } from 'd3-array';
import type { RunRecord, ServiceSplit } from '../../record/record.ts';
import { binomInterval } from '../../stats/interval.ts';
import { levelsOf } from '../../verdict/rule-of-evidence.ts';
import { pixelCut } from '../glyphs.ts';
import { oneLine } from '../layout.ts';
import { count, missing, moment, pEquals, percent, percentRange, span } from '../../words/number.ts';
import { ink, palette } from '../palette.ts';
import { left, right, type Table } from '../table/table.ts';
import { keyLabel, splitOf, stepAt, tenths, unruledText } from '../words.ts';
import { plotWidth, poster, type Chart, type Panel } from './chart.ts';
import { legendPanel } from './legend.ts';
import { changeMarks, changeNotes } from './change-marks.ts';
import { bucketsOf } from './split-buckets.ts';
import { fewRefreshes, pushColour, splitLayers } from './split-panel.ts';

/** Configured, effective and observed share of each version of the service in focus, a panel per version. */
export const splitOverTime: Chart = {
  name: 'split-over-time',
  section: 'Over time',
  question: 'Did the traffic follow its weights?',
  title(record) {
    return `Did ${record.focus} follow its weights? ${hasStrayed(record) ? answer[record.verdict.kind] : answer.unanswered}`;
  },
  spec(record) {
    const split = splitOf(record, record.focus);
    if (split === undefined || split.keys.length === 0) return null;
    const buckets = bucketsOf(split);
    if (buckets.length === 0) return null;
    const style = palette(record);
    const marks = changeMarks(record);
    const keys = mostUsed(split, 6);
    const height = keys.length <= 2 ? 150 : keys.length === 3 ? 112 : 84;
    const unruled = split.configured.filter((step) => step.shares === undefined);
    return poster(
      { text: this.title(record), subtitle: subtitle(record, split), description: this.text(record) },
      [
        legendPanel([
          ...(split.configured.some((step) => step.shares !== undefined)
            ? [{ label: 'configured', colour: ink.text, sign: 'line', dash: [5, 3] } as const]
            : []),
          ...(unruled.length > 0
            ? [
                {
                  label: `${[...new Set(unruled.map(unruledText))].join(' or ')}: share of endpoints`,
                  colour: ink.muted,
                  sign: 'line',
                  dash: [1, 3],
                } as const,
              ]
            : []),
          { label: 'effective: what the proxies held', colour: ink.muted, sign: 'line', opacity: 0.5 },
          { label: 'observed, 95 % interval', colour: ink.text, sign: 'interval' },
          ...(fewRefreshes(record, split).length > 0
            ? [
                {
                  label: 'a refresh: on top where it got the version',
                  colour: ink.muted,
                  sign: 'tick',
                } as const,
              ]
            : []),
          ...(record.pushes.length > 0
            ? [{ label: 'push on its way', colour: pushColour, sign: 'area', opacity: 0.35 } as const]
            : []),
        ]),
        ...keys.map((keyIndex, row): Panel => {
          const key = split.keys[keyIndex]!;
          return {
            width: plotWidth,
            height,
            title: {
              text: pixelCut(oneLine(keyLabel(key, split.marks[keyIndex])), plotWidth, 12, true),
              anchor: 'start',
              frame: 'group',
              fontSize: 12,
              offset: row === 0 && marks.length > 0 ? 14 : 5,
              color: style(key).colour,
            },
            layer: splitLayers({
              record,
              split,
              buckets,
              keyIndex,
              height,
              style: style(key),
              isLast: row === keys.length - 1,
              marks: row === 0 ? marks : [],
            }),
          };
        }),
        ...changeNotes(marks),
      ],
      10,
    );
  },
  text(record) {
    const split = splitOf(record, record.focus);
    if (split === undefined) return 'The run had no split to follow.';
    const asked = split.phases.filter((phase) => phase.requests > 0);
    if (asked.length === 0) return `No request reached ${split.service}.`;
    return asked
      .slice(0, 20)
      .map((phase) => {
        const n = phase.requests;
        const shares = split.keys.map((key, i) => {
          const interval = phase.perKey.find((entry) => entry.key === key)?.interval ?? null;
          const k = phase.observed[i] ?? 0;
          const reach = interval === null ? '' : ` (95 % interval ${percentRange(interval, n)})`;
          return `${key} got ${count(k)} of ${count(n)}${n === 0 ? '' : `, ${percent(k / n, n)}${reach}`}`;
        });
        const p = phase.p === null ? '' : `; ${pEquals(phase.p)}`;
        return `${span(phase.fromSeconds, phase.toSeconds)}, ${phase.state}, ${phase.rule}: ${shares.join('; ')}${p}.`;
      })
      .join(' ');
  },
  table(record): Table {
    const split = splitOf(record, record.focus);
    const columns = [
      left('From–to'),
      left('Version'),
      ...['Configured', 'Effective', 'Observed', '95 % interval', 'Requests'].map(right),
    ];
    const caption = `Share of each version of ${record.focus} over time`;
    if (split === undefined) return { caption, columns, rows: [] };
    const rows = bucketsOf(split).flatMap((bucket) =>
      split.keys.map((key, i) => {
        const n = bucket.requests;
        const k = bucket.observed[i]!;
        const step = stepAt(split, bucket.fromSeconds);
        return [
          span(bucket.fromSeconds, bucket.toSeconds),
          keyLabel(key, split.marks[i]),
          step?.shares === undefined ? unruledText(step) : percent(step.shares[i] ?? 0),
          bucket.effective === null ? missing : percent(tenths(bucket.effective[i]!)),
          percent(k / n, n),
          percentRange(binomInterval({ k, n, conf: 0.95, method: 'wilson' }), n),
          `${count(k)} of ${count(n)}`,
        ];
      }),
    );
    return { caption, columns, rows };
  },
};

const answer = {
  chance: 'Yes, as far as chance lets it',
  propagation: 'Not until every proxy held the new ones',
  fault: 'No',
  none: 'There was nothing to follow',
  unanswered: 'Yes, but proxies answered some requests with errors',
} as const;

/** A fault may lie in the draws, or in what came of requests that were drawn as they should be. */
function hasStrayed(record: RunRecord): boolean {
  const split = splitOf(record, record.focus);
  const tested = (split?.phases ?? []).filter(({ p }) => p !== null);
  if (record.verdict.kind !== 'fault' || tested.length === 0) return true;
  const { fault } = levelsOf(record);
  return (
    tested.some(({ p }) => p! <= fault) ||
    record.refreshes.some(({ verdict, errors }) => verdict.kind === 'fault' && errors === 0)
  );
}

/** What is wrong, where something is; else how the last rule was followed. */
function subtitle(record: RunRecord, split: ServiceSplit): string {
  const { kind, sentence } = record.verdict;
  return kind === 'fault' || kind === 'propagation' ? sentence : latestFinding(split);
}

/** "v3 at 62–100 s: 11 of 15 = 73 % [48–89 %], configured 50 %": the last settled phase with a draw speaks for the run. */
function latestFinding(split: ServiceSplit): string {
  const asked = split.phases.filter((phase) => phase.requests > 0);
  const phase = asked.findLast((each) => each.p !== null && each.state === 'settled') ?? asked.at(-1);
  if (phase === undefined) return '';
  const drawn = split.keys.findLastIndex(
    (_, i) => (phase.configured?.[i] ?? 0) > 0 && (phase.configured?.[i] ?? 0) < 1,
  );
  const keyIndex = drawn < 0 ? maxIndex(phase.observed) : drawn;
  const n = phase.requests;
  const k = phase.observed[keyIndex] ?? 0;
  const interval = phase.perKey[keyIndex]?.interval ?? null;
  const step = stepAt(split, phase.fromSeconds);
  const expected =
    step?.shares === undefined
      ? `${unruledText(step)}, ${percent(tenths(step?.endpointShares[keyIndex] ?? 0))} of the endpoints`
      : `configured ${percent(step.shares[keyIndex] ?? 0)}`;
  const reach = interval === null ? '' : `, 95 % interval ${percentRange(interval, n)}`;
  const p = phase.p === null ? '' : `; ${pEquals(phase.p)}`;
  return `${split.keys[keyIndex]!} from ${moment(phase.fromSeconds)} to ${moment(phase.toSeconds)}: ${count(k)} of ${count(n)} = ${percent(n === 0 ? 0 : k / n, n)}${reach}; ${expected}${p}`;
}

/** The keys with the most requests, in their usual order. */
function mostUsed(split: ServiceSplit, most: number): number[] {
  const use = split.keys.map((_, i) => sum(split.phases, (phase) => phase.observed[i] ?? 0));
  return sort(sort(range(use.length), (i) => -use[i]!).slice(0, most));
}
