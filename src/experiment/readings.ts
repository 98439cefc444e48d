import { copyColumns, growColumns, nextLength } from '../kernel/columns.ts';
import { refill } from '../kernel/copies.ts';
import { PackedColumn } from '../kernel/packed-column.ts';

/** Sums over the pods of one workload, since the start of the run: what its windows are told from. */
export interface Reading {
  readonly atUs: number;
  readonly wanted: number;
  readonly pods: number;
  readonly ready: number;
  readonly readyUs: number;
  readonly appUs: number;
  readonly sidecarUs: number;
  readonly arrived: number;
  readonly answered: number;
  readonly turnedAway: number;
  readonly abandoned: number;
  readonly sojournUs: number;
  readonly presentUs: number;
  readonly waiting: number;
}

/** The first and the last one, with what nobody asks of those between. */
export interface WholeReading extends Reading {
  readonly podUs: number;
  readonly lost: number;
  readonly serviceUs: number;
  readonly workingUs: number;
  /** Of those present at this moment, how long they have been so. */
  readonly presentAgeUs: number;
  readonly workingAgeUs: number;
}

/** So many rows make a page, which is packed when it is full. */
const pageRows = 512;

/** The readings of one workload, in the order of time. Windows may be many, and most of what they tell hardly changes. */
export class Readings {
  readonly first: WholeReading;
  length = 0;
  #last: WholeReading;
  readonly #full: Record<keyof Reading, PackedColumn>[] = [];
  /** The rows of the page that is not full. */
  readonly #open = eachField(() => new Float64Array(0));

  constructor(first: WholeReading) {
    this.first = first;
    this.#last = first;
    this.add(first);
  }

  get last(): WholeReading {
    return this.#last;
  }

  add(reading: WholeReading): void {
    const row = this.length++ % pageRows;
    const open = this.#open;
    if (row === open.atUs.length) growColumns(open, Math.min(pageRows, nextLength(row)));
    for (const what of fields) open[what][row] = reading[what];
    if (row === pageRows - 1) this.#full.push(eachField((what) => new PackedColumn(open[what])));
    this.#last = reading;
  }

  at(row: number): Reading {
    const full = this.#full[Math.floor(row / pageRows)];
    const own = row % pageRows;
    return eachField((what) => (full === undefined ? this.#open[what][own]! : full[what].at(own)));
  }

  /** The last one until then, that moment included. */
  until(us: number): Reading | undefined {
    for (let row = this.length - 1; row >= 0; row--) {
      const reading = this.at(row);
      if (reading.atUs <= us) return reading;
    }
    return undefined;
  }

  copy(): Readings {
    const copy = new Readings(this.first);
    copy.length = this.length;
    copy.#last = this.#last;
    refill(copy.#full, this.#full);
    copyColumns(copy.#open, this.#open);
    return copy;
  }
}

function eachField<T>(of: (what: keyof Reading) => T): Record<keyof Reading, T> {
  return {
    atUs: of('atUs'),
    wanted: of('wanted'),
    pods: of('pods'),
    ready: of('ready'),
    readyUs: of('readyUs'),
    appUs: of('appUs'),
    sidecarUs: of('sidecarUs'),
    arrived: of('arrived'),
    answered: of('answered'),
    turnedAway: of('turnedAway'),
    abandoned: of('abandoned'),
    sojournUs: of('sojournUs'),
    presentUs: of('presentUs'),
    waiting: of('waiting'),
  };
}

const fields = Object.keys(eachField(() => 0)) as (keyof Reading)[];
