import type { Case, Listener } from '../../experiment/check/cases.ts';
import { saidJson, type SplitWatch } from '../../experiment/check/split-watch.ts';
import type { Reading } from '../../experiment/check/reading.ts';
import type { Io } from '../io.ts';

/** Prints what a watch tells while a log is read; on a terminal its newest state besides. */
export class LiveView implements Listener {
  readonly #io: Io;
  readonly #watch: SplitWatch;
  readonly #reading: Reading;
  readonly #output: 'text' | 'json';
  readonly #onEnough: () => void;
  #paintedMs = 0;

  /** @param onEnough called whenever enough is seen. */
  constructor(io: Io, watch: SplitWatch, reading: Reading, output: 'text' | 'json', onEnough: () => void) {
    this.#io = io;
    this.#watch = watch;
    this.#reading = reading;
    this.#output = output;
    this.#onEnough = onEnough;
  }

  chosen(own: Case, row: number, phase: number, startUs: number, failure?: string): void {
    try {
      this.#watch.observe(own, row, phase, startUs, failure);
    } finally {
      this.#print();
    }
    if (this.#watch.enough) this.#onEnough();
  }

  caughtUp(): void {
    this.#watch.observeUnrouted(this.#reading.unrouted);
    this.#print();
    if (this.#watch.enough) this.#onEnough();
    if (!this.#io.isTty.stdout || this.#output === 'json') return;
    // A backlog comes in thousands of chunks; nobody reads faster than this.
    if (Date.now() - this.#paintedMs < 100) return;
    const { view } = this.#watch;
    if (view === undefined) return;
    this.#paintedMs = Date.now();
    this.#io.status('stdout', view);
  }

  /** Tells of the window that is still open, and leaves a clean line for what is printed next. */
  end(): void {
    this.#watch.end();
    this.#print();
    if (this.#output === 'text' && this.#watch.view !== undefined) this.#io.status('stdout', '');
  }

  #print(): void {
    for (const said of this.#watch.told()) {
      if (this.#output === 'json') this.#io.stdout(saidJson(said));
      else {
        this.#io.status('stdout', '');
        this.#io.stdout(`${said.text}\n`);
      }
    }
  }
}
