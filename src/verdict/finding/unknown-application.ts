import type { FindingRecord, Remedy } from '../../record/finding.ts';
import { plural } from '../../words/number.ts';
import { listed } from '../../words/listed.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** Pods answer requests, and nobody has said what they do: the model lets them answer at once, at no cost. */
export const unknownApplication: FindingKind = {
  code: 'unknown-application',
  seenIn(record) {
    const unknown = new Set(
      record.mesh.flatMap(({ workloads }) =>
        workloads.flatMap(({ name, application }) => (application === null ? [name] : [])),
      ),
    );
    const asked = new Map<string, number>();
    for (const { reporter, destination, requests } of record.metrics.requests) {
      if (reporter !== 'source' || !unknown.has(destination)) continue;
      asked.set(destination, (asked.get(destination) ?? 0) + requests);
    }
    if (asked.size === 0) return [];
    const requests = [...asked.values()].reduce((sum, own) => sum + own, 0);
    const names = listed([...asked.keys()]);
    const finding: FindingRecord = {
      code: 'unknown-application',
      level: 'harms',
      sentence: `What ${names} ${asked.size === 1 ? 'does' : 'do'} is not known: ${plural(requests, 'request')} ${requests === 1 ? 'was' : 'were'} answered at once and at no cost, so latencies and load say nothing about ${asked.size === 1 ? 'it' : 'them'}.`,
      evidence: [],
      harm: {
        ...noHarm,
        requests,
        seconds: record.scenario.durationSeconds,
        fromSeconds: 0,
        toSeconds: record.scenario.durationSeconds,
      },
      why: 'No entry of the app file matches the labels of these pods.',
      remedies: unknownRemedies(names),
      look: null,
      trace: null,
    };
    return [finding];
  },
};

/** @param names of workloads, as one reads them. */
export const unknownRemedies = (names: string): Remedy[] => [
  byHand(
    `Add an entry to the app file whose match fits the labels of ${names}, or correct its match: what it does stands in no manifest.`,
  ),
];
