import { Recorder, isUnserved } from './recorder.ts';

/**
 * Of requests it keeps only that they found no pod, and of pages whether they failed or were late: for a run of which nothing
 * but its capacity is asked, and that is played many times over. All else of its record would be empty.
 */
export class PodsRecorder extends Recorder {
  override chosen(): void {}
  override retried(): void {}
  override mirrored(): void {}
  override replied(): void {}

  override answered(row: number): void {
    const { rows } = this.world;
    if (isUnserved(rows, row)) this.countUnserved(rows.service[row]!, rows.key[row]!);
  }

  override pageDone(row: number, source: number, _page: number, nowUs: number): void {
    this.countPage(row, source, nowUs);
  }
}
