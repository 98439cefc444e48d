import { sum } from 'd3-array';
import type { ServiceSplit } from '../../record/record.ts';
import type { CallRecord, StepRecord } from '../../record/step.ts';
import { count, percent } from '../../words/number.ts';
import { stepAt, tenths } from '../words.ts';

/** The calls of a step in words and sums. */

/** Seconds. */
export const lengthOf = (step: StepRecord): number => Math.max(1e-6, step.toSeconds - step.fromSeconds);

export const callerName = ({ caller, gateway }: Pick<CallRecord, 'caller' | 'gateway'>): string =>
  caller === null ? 'callers without a proxy' : gateway ? `visitors (${caller})` : caller;

export const edgeName = (own: CallRecord): string => `${callerName(own)}\n${own.service}`;

/** Calls added up by a name. */
export function totals(
  calls: readonly CallRecord[],
  nameOf: (own: CallRecord) => string,
): Map<string, CallRecord> {
  const found = new Map<string, CallRecord>();
  for (const own of calls) {
    const name = nameOf(own);
    const { requests, failed } = found.get(name) ?? { requests: 0, failed: 0 };
    found.set(name, { ...own, requests: requests + own.requests, failed: failed + own.failed });
  }
  return found;
}

/** Calls of a step by caller and service. */
export const edgesOf = (step: StepRecord): CallRecord[] => [...totals(step.calls, edgeName).values()];

export function rateText(requests: number, step: StepRecord): string {
  const rate = requests / lengthOf(step);
  return `${rate >= 99.95 ? count(Math.round(rate)) : Number(rate.toPrecision(3))}/s`;
}

export const errorText = ({ failed, requests }: Pick<CallRecord, 'failed' | 'requests'>): string =>
  `${percent(failed / requests, requests)} errors`;

/** What the proxies held for a version in a step, by its requests; undefined: no rule gave it anything. */
export function givenText(
  split: ServiceSplit | undefined,
  version: string | null,
  step: StepRecord,
): string | undefined {
  const at = version === null ? -1 : (split?.keys.indexOf(version) ?? -1);
  if (split === undefined || at < 0 || stepAt(split, step.fromSeconds)?.shares === undefined)
    return undefined;
  const phases = split.phases.filter(
    (own) => own.fromSeconds < step.toSeconds - 1e-6 && own.toSeconds > step.fromSeconds + 1e-6,
  );
  const settled = phases.filter((own) => own.state === 'settled');
  const told = (settled.length > 0 ? settled : phases).filter((own) => own.effective !== null);
  const requests = sum(told, (own) => own.requests);
  if (requests === 0) return undefined;
  return percent(tenths(sum(told, (own) => (own.effective![at] ?? 0) * own.requests) / requests));
}
