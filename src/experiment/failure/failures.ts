import { refill } from '../../kernel/copies.ts';
import { copyColumns, grown, nextLength, numberOf } from '../../kernel/columns.ts';
import { flagBits, responseFlag } from '../../mesh/envoy/response-flag.ts';
import { role } from '../../mesh/request/role.ts';
import type { World } from '../../mesh/world.ts';
import type { FailureCause } from '../../record/failure.ts';
import { failureCause, hostOf } from './failure-cause.ts';

/** What is counted together: row numbers of the run. */
interface Key {
  readonly cause: FailureCause;
  readonly caller: number;
  /** The pod that asked; -1: a visitor. */
  readonly asker: number;
  readonly host: string;
  readonly service: number;
  readonly key: number;
  readonly pod: number;
  readonly status: number;
  readonly flags: number;
}

/** Failures of one kind. */
export interface FailureGroup extends Key {
  requests: number;
  pages: number;
  pagesWithout: number;
  firstUs: number;
  lastUs: number;
  seconds: number;
  /** Traffic entry and number of the first page that it happened to; -1: none is known. */
  source: number;
  page: number;
}

/** More kinds than this are counted with the first of their cause. */
const mostGroups = 5000;

/**
 * Why requests failed, and which pages failed because of them. A request that fails because one that it made had failed has
 * that one's cause. Costs nothing but a comparison for a request that does not fail.
 */
export class Failures {
  readonly groups: FailureGroup[] = [];
  readonly #rowOf = new Map<string, number>();
  /** Clusters that some proxy has known, as the manifests were. */
  readonly #known = new Set<number>();
  /** Per row of a request: the group of the last failure among the requests that it made; of which life of the row. */
  group = new Int32Array(0);
  life = new Int32Array(0);

  /** The manifests have changed: what was a cluster before is not unknown. */
  note({ proxies, tables }: World): void {
    for (const view of proxies.configured) {
      tables.clusterNames.forEach((_, cluster) => {
        if (view.endpoints(cluster) !== undefined) this.#known.add(cluster);
      });
    }
  }

  /** A request has failed at its caller. */
  failed(world: World, row: number, nowUs: number): void {
    const inner = this.#of(world, row);
    const isPassedOn = inner >= 0 && world.rows.pod[row]! >= 0 && isPlain(world, row);
    const group = isPassedOn ? inner : this.#count(world, row, nowUs);
    this.#tell(world, row, group);
  }

  /** A request has succeeded, although one that it made may have failed. */
  succeeded(world: World, row: number): void {
    if (this.group.length <= numberOf(row)) return;
    const inner = this.#of(world, row);
    if (inner >= 0) this.#tell(world, row, inner);
  }

  /** The page in `row` is over. @param isWhole nothing is missing from it */
  pageDone(world: World, row: number, isWhole: boolean): void {
    const { rows } = world;
    if (rows.status[row]! < 400 && isWhole && rows.status[row] !== 0) return;
    const group = this.groups[this.#of(world, row)];
    if (group === undefined) return;
    if (rows.status[row]! >= 400 || rows.status[row] === 0) group.pages += 1;
    else group.pagesWithout += 1;
    if (group.page < 0) {
      group.source = rows.source[row]!;
      group.page = rows.page[row]!;
    }
  }

  copyFrom(other: Failures): void {
    copyColumns(this, other);
    refill(
      this.groups,
      other.groups.map((own) => ({ ...own })),
    );
    refill(this.#rowOf, other.#rowOf);
    refill(this.#known, other.#known);
  }

  /** Group of the failure inside the request; -1: none. */
  #of({ rows }: World, row: number): number {
    const place = numberOf(row);
    const isKnown = place < this.group.length && this.life[place] === rows.generation[row]! + 1;
    return isKnown ? this.group[place]! : -1;
  }

  /** The page itself, and whoever made the request, learns what made it fail. */
  #tell({ rows }: World, row: number, group: number): void {
    const asker = rows.parent[row]!;
    const isBranch = asker >= 0 && rows.role[asker] === role.branch;
    // What nobody waits for tells nobody.
    if (isBranch && rows.isNobodys(asker)) return;
    const parent = isBranch ? rows.parent[asker]! : asker;
    const told = parent < 0 ? row : parent;
    const place = numberOf(told);
    if (place >= this.group.length) {
      const length = nextLength(this.group.length, numberOf(rows.end));
      this.group = grown(this.group, length);
      this.life = grown(this.life, length);
    }
    this.group[place] = group;
    this.life[place] = rows.generation[told]! + 1;
  }

  #count(world: World, row: number, nowUs: number): number {
    const { rows } = world;
    const cause = failureCause(world, row, (cluster) => this.#known.has(cluster));
    const key: Key = {
      cause,
      caller: rows.caller[row]!,
      asker: world.askingPod(row),
      host: hostOf(world, row, cause),
      service: rows.service[row]!,
      key: rows.key[row]!,
      pod: rows.pod[row]!,
      status: rows.status[row]!,
      flags: rows.flags[row]!,
    };
    const text = Object.values(key).join('|');
    let place = this.#rowOf.get(text);
    if (place === undefined && this.groups.length >= mostGroups) {
      place = this.groups.findIndex((own) => own.cause === cause);
    }
    if (place === undefined || place < 0) {
      place =
        this.groups.push({
          ...key,
          requests: 0,
          pages: 0,
          pagesWithout: 0,
          firstUs: nowUs,
          lastUs: -1e6,
          seconds: 0,
          source: -1,
          page: -1,
        }) - 1;
      this.#rowOf.set(text, place);
    }
    const group = this.groups[place]!;
    group.requests += 1;
    if (Math.floor(nowUs / 1e6) !== Math.floor(group.lastUs / 1e6)) group.seconds += 1;
    group.lastUs = nowUs;
    return place;
  }
}

/** An answer of the application's own, as far as the caller can see. */
const isPlain = ({ rows }: World, row: number): boolean => (rows.flags[row]! & notPlain) === 0;

/** All flags but URX, which stands beside the last answer. */
const notPlain = ((1 << flagBits) - 1) & ~responseFlag.URX;
