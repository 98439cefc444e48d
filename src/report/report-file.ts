/** A file that a run or a plan leaves; its name may hold a folder: `charts/latency.svg`. */
export interface ReportFile {
  readonly name: string;
  /** In parts, to be read once, where it may be very long. */
  readonly content: string | Uint8Array | Iterable<string>;
}
