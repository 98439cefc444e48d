import { sum } from 'd3-array';
import type { Phase, ServiceSplit } from '../../record/record.ts';
import { count, missing, percent, plural, span } from '../../words/number.ts';
import { involvedKeys, keyLabel } from '../words.ts';
import { left, merged, right, type Table } from './table.ts';

/**
 * The same traffic on three meters, phase by phase and version by version: requests at the callers' proxies, tries that came
 * to the pods (retries and mirrored copies among them), and what users saw on their pages.
 */
export function meterTable(split: ServiceSplit): Table {
  const withPages = hasPages(split);
  return {
    caption: `Three meters of ${split.service}: at the callers' proxies, at the pods, on the pages`,
    columns: [
      merged(left('When')),
      left('Version'),
      ...meterColumns(withPages).map(right),
      merged(right('Retries')),
    ],
    rows: phasesWithTraffic(split).flatMap((phase) =>
      phaseRows(split, phase, withPages).map((cells, row) => [
        row === 0 ? span(phase.fromSeconds, phase.toSeconds) : '',
        ...cells,
        row === 0 ? count(phase.meters.retries) : '',
      ]),
    ),
  };
}

/** The same phase by phase, for where lines are short: what a phase is and how often was tried again, and its table. */
export function meterTables(split: ServiceSplit): { readonly title: string; readonly table: Table }[] {
  const withPages = hasPages(split);
  return phasesWithTraffic(split).map((phase) => ({
    title: `${span(phase.fromSeconds, phase.toSeconds)}  ${phase.rule} (${phase.state}): ${plural(phase.meters.retries, 'retry', 'retries')}`,
    table: {
      caption: '',
      columns: [left('version'), ...meterColumns(withPages).map((title) => right(title.toLowerCase()))],
      rows: phaseRows(split, phase, withPages),
    },
  }));
}

const meterColumns = (withPages: boolean): string[] => [
  'At the caller',
  'errors',
  'At the pods',
  'errors',
  ...(withPages ? ['Pages'] : []),
  'Mirrored',
];

/** A row per version, and one for the pages that show none. */
function phaseRows(split: ServiceSplit, phase: Phase, withPages: boolean): string[][] {
  const { served, servedErrors, mirrored, pages } = phase.meters;
  const without = phase.meters.pagesWithout ?? 0;
  const atPods = sum(served);
  const onPages = sum(pages ?? []) + without;
  const involved = new Set(involvedKeys(split, phase));
  const keys = split.keys.flatMap((_, i) =>
    involved.has(i) || (served[i] ?? 0) > 0 || (mirrored[i] ?? 0) > 0 ? [i] : [],
  );
  const rows = keys.map((i) => [
    keyLabel(split.keys[i]!, split.marks[i]),
    counted(phase.observed[i] ?? 0, phase.requests),
    share(phase.errors[i] ?? 0, phase.observed[i] ?? 0),
    counted(served[i] ?? 0, atPods),
    share(servedErrors[i] ?? 0, served[i] ?? 0),
    ...(withPages ? [pages === null ? missing : counted(pages[i] ?? 0, onPages)] : []),
    count(mirrored[i] ?? 0),
  ]);
  if (!withPages || without === 0) return rows;
  return [...rows, ['an error in its place', '', '', '', '', counted(without, onPages), '']];
}

/** "312 (52.0 %)" */
const counted = (n: number, of: number): string =>
  of === 0 ? count(n) : `${count(n)} (${percent(n / of, of)})`;

const share = (n: number, of: number): string => (of === 0 ? missing : percent(n / of, of));

const hasPages = (split: ServiceSplit): boolean => split.phases.some((phase) => phase.meters.pages !== null);

const phasesWithTraffic = (split: ServiceSplit): Phase[] =>
  split.phases.filter((phase) => phase.requests > 0 || sum(phase.meters.mirrored) > 0);

/** Whether the meters tell different stories: something was tried again, copied or failed on the way. */
export const metersDiffer = (split: ServiceSplit): boolean =>
  split.phases.some(
    ({ meters, errors }) =>
      meters.retries > 0 || sum(meters.mirrored) > 0 || sum(meters.servedErrors) > 0 || sum(errors) > 0,
  );
