/**
 * A mistake in what the user handed us, in the user's words. Problems are collected, never thrown one by one:
 * somebody who mends a manifest wants to see all of them.
 */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'info';
  /** Stable: tests and documentation name it. Istio's own code (IST0101) where the check is Istio's, else MS1xxx. */
  readonly code: string;
  /** What is wrong, in Istio's or Kubernetes' own words where the check is theirs. */
  readonly message: string;
  /** As the user wrote it: a path, `-` for standard input. */
  readonly file: string;
  /** One-based; absent where the problem has no place (a missing file). */
  readonly line?: number;
  readonly column?: number;
  /** The source line at `line`, without its line end; printed with a caret under `column`. */
  readonly excerpt?: string;
  /** How many characters the caret underlines; 1 unless told. */
  readonly width?: number;
  /** What to try: "did you mean weight?". */
  readonly hint?: string;
}

/** A value, or what stands in its way. `problems` may hold warnings beside a value. */
export interface Checked<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
}
