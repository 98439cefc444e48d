import { shareEstimate } from '../estimate.ts';
import type { FittedCall, FittedScript } from './script.ts';

/** Requests that a workload took, and its calls of a host, by whoever counts all of them. */
export interface CallCount {
  readonly requests: number;
  readonly calls: number;
  readonly source: string;
}

/** A script with the share of an optional call as counted, where it is the only optional one of its host. */
export function withCounts(
  script: FittedScript,
  counted: (host: string) => CallCount | undefined,
): FittedScript {
  const all = script.steps.flatMap((step) =>
    step.kind === 'call' ? [step.call] : step.kind === 'together' ? step.calls : [],
  );
  const recounted = (call: FittedCall): FittedCall => {
    const isOptional = ({ probability }: FittedCall): boolean => probability.value < 1;
    const ofHost = all.filter((own) => own.host === call.host && own.namespace === call.namespace);
    if (!isOptional(call) || ofHost.filter(isOptional).length !== 1) return call;
    const count = counted(call.host);
    if (count === undefined || count.requests <= call.probability.n) return call;
    const calls = count.calls - (ofHost.length - 1) * count.requests;
    // Another number altogether means that something else was counted.
    if (calls <= 0 || calls > count.requests) return call;
    const share = shareEstimate(calls, count.requests, count.source);
    const { value, low, high } = call.probability;
    return Math.abs(share.value - value) > 2 * (high - low) ? call : { ...call, probability: share };
  };
  return {
    ...script,
    steps: script.steps.map((step) =>
      step.kind === 'call'
        ? { ...step, call: recounted(step.call) }
        : step.kind === 'together'
          ? { ...step, calls: step.calls.map(recounted) }
          : step,
    ),
  };
}
