/**
 * What may be observed of a run. The model calls these at the moment they happen and does not know who listens; a
 * probe may look at the columns of the row it is told about, and must not change them.
 */
export interface Probe {
  /** A moment that was asked for has come; nothing else of this instant has happened yet. */
  mark(nowUs: number): void;
  /** The caller's proxy has chosen route, subset and endpoint for the request in `row`, or found that it cannot. */
  chosen(row: number, nowUs: number): void;
  /** The answer (or a local reply, or the caller's own timeout) has reached the caller of the request in `row`. */
  answered(row: number, nowUs: number): void;
  /** The page in root `row` is complete; it is the `page`-th of its traffic source, counted from 0. */
  pageDone(row: number, source: number, page: number, nowUs: number): void;
  /** The manifests have changed: `kubectl apply` or `delete` returned. */
  manifestsChanged(entry: number, lines: readonly string[], changed: readonly string[], nowUs: number): void;
  /** istiod has begun to push `snapshot`, which carries the changes made from `firstUs` to `lastUs`. */
  pushStarted(
    snapshot: number,
    changes: readonly string[],
    firstUs: number,
    lastUs: number,
    nowUs: number,
  ): void;
  /** Every worker of `proxy` now routes by `snapshot`. */
  held(proxy: number, snapshot: number, nowUs: number): void;
}
