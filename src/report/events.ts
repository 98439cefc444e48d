import type { RunRecord } from '../record/record.ts';

/**
 * What happened to the rules and the pods, one JSON object a line, in time order: a manifest applied or deleted, the push that carried
 * it, each proxy's first use of it, and the moment when the last one held it; endpoints ejected and taken back; the lives of
 * pods; and each sync of an autoscaler with all that it decided by. A proxy that did not get a push within the run stands
 * at the end, with `at_s` null.
 */
export function eventsNdjson(record: RunRecord): string {
  const events: { at_s: number | null; [field: string]: unknown }[] = record.timeline.map((entry) => ({
    at_s: entry.atSeconds,
    event: entry.verb,
    file: entry.file,
    changes: entry.changes,
  }));
  for (const push of record.pushes) {
    const { snapshot } = push;
    events.push({
      at_s: push.startedSeconds,
      event: 'push',
      snapshot,
      changed_s: push.changedSeconds,
      changes: push.changes,
    });
    for (const { proxy, atSeconds } of push.arrivals) {
      const { pod, workload } = record.proxies[proxy] ?? { pod: `proxy ${proxy}`, workload: '' };
      events.push({
        at_s: atSeconds,
        event: atSeconds === null ? 'not-held' : 'held',
        snapshot,
        pod,
        workload,
      });
    }
    if (push.settledSeconds !== null) events.push({ at_s: push.settledSeconds, event: 'settled', snapshot });
  }
  for (const own of record.ejections) {
    const { atSeconds, kind, ...rest } = own;
    events.push({ at_s: atSeconds, event: kind, ...rest });
  }
  for (const { atSeconds, pod, workload, what } of record.capacity?.podEvents ?? []) {
    events.push({ at_s: atSeconds, event: 'pod', what, pod, workload });
  }
  for (const { name, target, syncs } of record.capacity?.autoscalers ?? []) {
    for (const { atSeconds, before, after, ...decision } of syncs) {
      const event = after === before ? 'autoscaler-sync' : 'scaled';
      events.push({ at_s: atSeconds, event, autoscaler: name, target, before, after, ...decision });
    }
  }
  return events
    .sort((a, b) => (a.at_s ?? Infinity) - (b.at_s ?? Infinity) || 0)
    .map((event) => `${JSON.stringify(event)}\n`)
    .join('');
}
