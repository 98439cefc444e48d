import { max, sum } from 'd3-array';
import type { RunRecord } from '../../record/record.ts';
import type { StepRecord } from '../../record/step.ts';
import { count, missing, percent, span } from '../../words/number.ts';
import { left, merged, right, type Table } from '../table/table.ts';
import { splitOf } from '../words.ts';
import { callerName, edgeName, edgesOf, errorText, givenText, lengthOf, rateText, totals } from './calls.ts';
import { canvas, type Chart } from './chart.ts';
import { boxesOf } from './topology-boxes.ts';
import { panelHeight, panelWidth, topologyLayers, topologyPanel } from './topology-panel.ts';

/**
 * Who called whom, a panel per step of the rules: callers on top, services below them in the order of the calls, in each the
 * versions with what they were given and what they got, a dot per pod. Boxes stand at the same place in every panel.
 */
export const topology: Chart = {
  name: 'topology',
  section: 'Calls',
  inPanels: true,
  question: 'Who called whom, how much, and what came of it?',
  title(record) {
    const calls = record.steps.flatMap((own) => own.calls);
    const failed = sum(calls, (own) => own.failed);
    if (calls.length === 0) return 'Who called whom? Nobody called';
    if (failed === 0) return `Who called whom? No call failed${fullText(record)}`;
    const worst = [...totals(calls, edgeName).values()].sort((a, b) => b.failed - a.failed)[0]!;
    return `Who called whom? ${percent(failed / sum(calls, (own) => own.requests), 1000)} of the calls failed, most of them from ${callerName(worst)} to ${worst.service}`;
  },
  spec(record) {
    const steps = shownSteps(record.steps);
    if (steps.length === 0) return null;
    const boxes = boxesOf(record);
    const fastest = max(steps, (step) => max(edgesOf(step), (own) => own.requests / lengthOf(step)) ?? 0)!;
    const columns = steps.length <= 3 ? steps.length : steps.length === 4 ? 2 : 3;
    const asked = record.steps.filter((step) => step.calls.length > 0).length;
    const panels = steps.map((step) => topologyPanel(record, step, boxes, fastest));
    const across = panelWidth + spacing;
    const down = panelHeight(boxes) + spacing;
    return canvas(
      {
        text: this.title(record),
        subtitle: `${asked > steps.length ? `${steps.length} of ${asked} steps of the rules. ` : ''}${legend}`,
        description: this.text(record),
      },
      {
        width: columns * across - spacing,
        height: Math.ceil(panels.length / columns) * down - spacing,
        layer: topologyLayers(panels, (i) => [(i % columns) * across, Math.floor(i / columns) * down]),
      },
    );
  },
  text(record) {
    if (record.steps.length === 0) return 'Nothing was kept of who called whom.';
    return record.steps
      .slice(0, 20)
      .map((step) => {
        const edges = edgesOf(step).map(
          (own) =>
            `${callerName(own)} asked ${own.service} ${rateText(own.requests, step)} times${own.failed === 0 ? '' : `, ${errorText(own)}`}`,
        );
        return `${span(step.fromSeconds, step.toSeconds)}: ${edges.length === 0 ? 'nobody called' : edges.join('; ')}.`;
      })
      .join(' ');
  },
  table(record): Table {
    return {
      caption: 'Who called whom, step by step: requests that were answered in the step',
      columns: [
        merged(left('Step')),
        left('Caller'),
        left('Service'),
        left('Version'),
        ...['Given', 'Requests', 'Per second', 'Errors'].map(right),
      ],
      rows: record.steps.flatMap((step) =>
        step.calls.map((own, i) => [
          i === 0 ? span(step.fromSeconds, step.toSeconds) : '',
          callerName(own),
          own.service,
          own.version ?? 'nowhere',
          givenText(splitOf(record, own.service), own.version, step) ?? missing,
          count(own.requests),
          rateText(own.requests, step),
          own.failed === 0
            ? '0'
            : `${count(own.failed)} (${percent(own.failed / own.requests, own.requests)})`,
        ]),
      ),
    };
  },
};

/** Workloads with pods that were at their limit. */
function fullText({ pods }: RunRecord): string {
  const full = [...new Set(pods.filter((own) => own.overSeconds > 0).map((own) => own.workload))];
  return full.length === 0 ? '' : `, but pods of ${full.slice(0, 3).join(', ')} were full`;
}

const legend =
  'Thickness: requests/s. Red: errors. A dot is a pod, ready at the end of the step; a red square one that was full at times: all of its CPU or workers in use.';

const mostPanels = 6;
/** Pixels between panels. */
const spacing = 26;

/** Steps in which somebody called; of many the first, the last and some between, evenly. */
function shownSteps(steps: readonly StepRecord[]): StepRecord[] {
  const asked = steps.filter((step) => step.calls.length > 0);
  if (asked.length <= mostPanels) return asked;
  return Array.from(
    { length: mostPanels },
    (_, i) => asked[Math.round((i * (asked.length - 1)) / (mostPanels - 1))]!,
  );
}
