import type { Call, Unit } from './tree.ts';
import { stretchOf, type Stretch } from './own-time.ts';

/** A call of one request; tries by the application itself are one. */
export interface SeenCall extends Stretch {
  /** Host, port, method and template of the path: calls of one key are the same step. */
  readonly key: string;
  readonly call: Call;
  /** How it ended for the caller. */
  readonly isError: boolean;
  readonly status: number | undefined;
  /** By the application, which called again after an error. */
  readonly tries: number;
}

/** A request as a fit looks at it. */
export interface SeenRequest extends Stretch {
  readonly unit: Unit;
  readonly workload: string;
  /** Template of its path. */
  readonly path: string;
  readonly calls: readonly SeenCall[];
  /** Its answer is an error, 500 or more, or it came to none. */
  readonly isError: boolean;
  readonly status: number | undefined;
  /** Its client left before the answer: its span is no service time. */
  readonly wasLeft: boolean;
  /** How long it waited in the pod for a worker, before it was begun. */
  readonly waitMs: number;
  /** No span of its trace is missing. */
  readonly isWhole: boolean;
}

/** What the server's side says of an answer. */
export function answerOf({ span }: Unit): {
  readonly isError: boolean;
  readonly status: number | undefined;
  readonly wasLeft: boolean;
} {
  return {
    isError: span.isError,
    status: span.status,
    wasLeft: /\b(DC|DR|DI|FI)\b/.test(span.flags) || span.status === 0 || span.status === 499,
  };
}

/**
 * Calls of the requests of one workload. The same call once more after an error is a further try, where requests without an error
 * make fewer of them.
 */
export function seenCalls(
  requests: readonly { readonly unit: Unit; readonly isError: boolean }[],
  keyOf: (call: Call) => string,
): SeenCall[][] {
  const all = requests.map(({ unit }) =>
    unit.calls.map((call): SeenCall => ({
      ...stretchOf(call.span),
      key: keyOf(call),
      call,
      isError: call.span.isError,
      status: call.span.status,
      tries: 1,
    })),
  );
  const usual = usualCounts(all);
  return all.map((calls) => (calls.some(({ isError }) => isError) ? withoutTries(calls, usual) : calls));
}

/** How often a request without any error calls each key at most. */
function usualCounts(all: readonly (readonly SeenCall[])[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const calls of all) {
    if (calls.some(({ isError }) => isError)) continue;
    const counts = new Map<string, number>();
    for (const { key } of calls) counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const [key, count] of counts) most.set(key, Math.max(most.get(key) ?? 0, count));
  }
  return most;
}

function withoutTries(calls: readonly SeenCall[], usual: ReadonlyMap<string, number>): SeenCall[] {
  const kept: SeenCall[] = [];
  const excess = new Map<string, number>();
  for (const { key } of calls) excess.set(key, (excess.get(key) ?? 0) + 1);
  for (const [key, count] of excess) excess.set(key, count - (usual.get(key) ?? 1));
  for (const call of calls) {
    const left = excess.get(call.key) ?? 0;
    const at = left > 0 ? kept.findLastIndex((own) => own.key === call.key) : -1;
    const before = kept[at];
    if (before !== undefined && before.isError && before.endUs <= call.startUs) {
      kept[at] = {
        ...call,
        startUs: before.startUs,
        tries: before.tries + call.tries,
      };
      excess.set(call.key, left - 1);
    } else kept.push(call);
  }
  return kept;
}
