import { inPod } from '../app/in-pod.ts';
import type { RequestColumns } from './request-columns.ts';
import { role } from './role.ts';

/**
 * Calls that do not hold up the script which makes them, one after the other: those made side by side, and those that nobody waits
 * for. Each has a row, a second thread of its request at the same pod, which makes one call with all its tries and is gone. It
 * is abandoned from its first moment: nothing at a caller's proxy belongs to it.
 *
 *   side by side -> a list from the request's row on (`next`) -> one is over: it leaves the list; the list is empty: the script goes on
 *                                                           \-> one makes the request fail: the others are nobody's from then on
 *   not awaited -> nobody's from the start, and the root of what it causes, so that nothing of it is on a page
 *
 * Simplification: a branch that is nobody's holds no worker, and a pod that ends does not wait for it.
 */
export class Branches {
  readonly #rows: RequestColumns;

  constructor(rows: RequestColumns) {
    this.#rows = rows;
  }

  /** For the call at this place of the script of `row`, which waits for it together with those behind it; `behind` is -1 for none. */
  sideBySide(row: number, place: number, behind: number, nowUs: number): number {
    const branch = this.#open(row, place, nowUs);
    this.#rows.parent[branch] = row;
    this.#rows.next[branch] = behind;
    return branch;
  }

  notAwaited(row: number, place: number, nowUs: number): number {
    const rows = this.#rows;
    const branch = this.#open(row, place, nowUs);
    const page = rows.root[row]!;
    rows.source[branch] = rows.source[page]!;
    rows.page[branch] = rows.page[page]!;
    rows.root[branch] = branch;
    rows.rootGeneration[branch] = rows.generation[branch]!;
    return branch;
  }

  #open(row: number, place: number, nowUs: number): number {
    const rows = this.#rows;
    const branch = rows.openFor(row, role.branch, nowUs);
    rows.abandoned[branch] = 1;
    rows.where[branch] = inPod.asks;
    rows.step[branch] = place;
    rows.tries[branch] = 1;
    return branch;
  }

  /** Its call is over, and its row free; the row of the request that has waited for it, or -1. */
  over(branch: number): number {
    const rows = this.#rows;
    const row = rows.parent[branch]!;
    if (row >= 0) {
      let before = row;
      while (rows.next[before] !== branch) before = rows.next[before]!;
      rows.next[before] = rows.next[branch]!;
    }
    rows.close(branch);
    return row;
  }

  /** A request waits for no branch any more: what is left of them is nobody's. */
  letGo(row: number): void {
    const rows = this.#rows;
    for (let branch = rows.next[row]!; branch >= 0; branch = rows.next[branch]!) rows.parent[branch] = -1;
  }
}
