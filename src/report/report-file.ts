/** A file that a run or a plan leaves; its name may hold a folder: `charts/latency.svg`. */
export interface ReportFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}
