import type { CallerRecord } from '../../record/caller.ts';
import type { RunRecord } from '../../record/record.ts';

/** A caller with what it asked and got from one moment to another; rules change where steps of the record do. */
export function callsWithin(
  record: Pick<RunRecord, 'steps' | 'scenario'>,
  own: CallerRecord,
  fromSeconds: number,
  toSeconds: number,
): CallerRecord {
  if (fromSeconds <= 0 && toSeconds >= record.scenario.durationSeconds) return own;
  const answered = new Map<string, number>();
  let requests = 0;
  for (const step of record.steps) {
    // Of very many changes the last steps are one, which may reach further.
    if (step.toSeconds <= fromSeconds || step.fromSeconds >= toSeconds) continue;
    for (const call of step.calls) {
      const caller = call.gateway ? 'visitors' : call.caller;
      if (caller !== own.caller || call.service !== own.service) continue;
      requests += call.requests;
      if (call.version !== null)
        answered.set(call.version, (answered.get(call.version) ?? 0) + call.requests);
    }
  }
  return {
    ...own,
    requests,
    answered: [...answered].map(([version, each]) => ({ version, requests: each })),
  };
}
