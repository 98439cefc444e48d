import type { FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, percent, plural } from '../../words/number.ts';
import { overSpans } from '../over-capacity.ts';
import { listed } from '../../words/listed.ts';
import { levelOf, noHarm, type FindingKind } from './finding.ts';
import { hotPods } from './hot-pods.ts';
import { byHand } from './remedy.ts';
import { withoutWorkload } from './takes-over.ts';
import { cutShort, waitingFor } from './waiting-for.ts';

/** The work of a version takes long, and it is short of nothing. */
export const versionSlow: FindingKind = {
  code: 'version-slow',
  seenIn(record) {
    const { capacity, scenario } = record;
    const workloads = [...new Set(served(record).map(({ destination }) => destination))];
    return workloads.flatMap((workload) => {
      const own = capacity?.workloads.find(({ name }) => name === workload);
      if (
        (own !== undefined && overSpans(own).length > 0) ||
        hotPods(record.pods).some((pod) => pod.workload === workload)
      )
        return [];
      const ms = ownMs(record, workload);
      return ms < slowPart * (record.pages.lateMs ?? Infinity)
        ? []
        : [findingOf(record, workload, ms, scenario.durationSeconds)];
    });
  },
};

/** Slow: so much of what makes a page late passes in the workload itself. */
const slowPart = 0.5;

function findingOf(record: RunRecord, workload: string, ms: number, durationSeconds: number): FindingRecord {
  const { pages } = record;
  const late = (pages.late ?? 0) + pages.overdue;
  const asked = served(record).filter((own) => own.destination === workload);
  const requests = asked.reduce((sum, own) => sum + own.requests, 0);
  const services = [...new Set(asked.map(({ service }) => service))];
  const others = [
    ...new Set(served(record).flatMap((own) => (services.includes(own.service) ? [own.destination] : []))),
  ].filter((own) => own !== workload);
  const harm = {
    ...noHarm,
    ...cutShort(record, waitingFor(record, [workload]), [{ fromSeconds: 0, toSeconds: durationSeconds }]),
    pagesLate: Math.min(late, requests),
    seconds: durationSeconds,
    fromSeconds: 0,
    toSeconds: durationSeconds,
  };
  // Who stopped waiting for it got no slow page, but a failed one.
  const failed = harm.pages + harm.pagesWithout;
  const all = pages.pages + pages.overdue;
  return {
    code: 'version-slow',
    level: levelOf(harm, record),
    sentence: `${workload} takes ${msText(ms)} of its own for a request, without the calls that it makes${
      others.length === 0 ? '' : ` (${listed(others.map((own) => `${own}: ${msText(ownMs(record, own))}`))})`
    }. ${count(failed + late)} of ${plural(all, 'page')} ${failed === 0 ? 'came late or not at all' : 'failed, came late or not at all'} (${percent((failed + late) / Math.max(1, all), pages.pages)}).`,
    evidence: [`Mean over ${plural(requests, 'request')}, as the sidecars of its pods measured them.`],
    harm,
    why: 'Its pods had enough CPU and workers: the work itself takes that long, and more pods do not make it faster.',
    remedies: [
      ...withoutWorkload(record, workload),
      byHand(
        `Look at one slow page, and make the work of ${workload} faster: no manifest does, and more pods do not either.`,
      ),
    ],
    look: 'latency',
    trace: '--slowest',
  };
}

const served = ({ metrics }: RunRecord): RunRecord['metrics']['requests'] =>
  metrics.requests.filter((own) => own.reporter === 'destination' && own.durationMs !== null);

/** Mean ms that a request spends in a workload, without the time in which it waits for those that it calls. */
function ownMs(record: RunRecord, workload: string): number {
  const { requests } = record.metrics;
  const sum = (list: typeof requests): number =>
    list.reduce((total, own) => total + (own.durationMs ?? 0), 0);
  const at = served(record).filter(({ destination }) => destination === workload);
  const count = at.reduce((total, own) => total + own.requests, 0);
  const from = requests.filter((own) => own.reporter === 'source' && own.source === workload);
  return count === 0 ? 0 : Math.max(0, sum(at) - sum(from)) / count;
}

const msText = (ms: number): string =>
  ms >= 1000 ? `${(ms / 1000).toPrecision(2)} s` : `${ms.toPrecision(2)} ms`;
