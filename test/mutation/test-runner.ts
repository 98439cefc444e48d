import { fork, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

/** How a run of files of tests ended: with the first that failed, with one that took too long, or well. */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly file: string; readonly reason: string }
  | { readonly kind: 'timed out'; readonly file: string };

export interface Order {
  /** Relative to the tree. */
  readonly tests: readonly string[];
  /** Sources that are no longer, or not yet, what they were in the last order. */
  readonly changed: readonly string[];
}

export type Message =
  | { readonly kind: 'ready' }
  /** A file of tests has. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'answer'; readonly outcome: Outcome };

/**
 * Vitest over a tree, kept between runs, so that what it has compiled stays. It lives in a process group of its own: a run
 * that never ends is ended with it, and the next order begins another.
 */
export class TestRunner {
  #process: ChildProcess | undefined;
  #changed: string | undefined;
  readonly #tree: string;
  readonly #setupFiles: readonly string[];

  constructor(tree: string, setupFiles: readonly string[] = []) {
    this.#tree = tree;
    this.#setupFiles = setupFiles;
  }

  /**
   * Runs these files of tests in this order. `changed` is a source that is as it should be again when this has answered;
   * `secondsOf` says how long a file of tests may take, by the clock.
   */
  async run(
    tests: readonly string[],
    changed: string | undefined,
    secondsOf: (test: string) => number,
  ): Promise<Outcome> {
    const order: Order = { tests, changed: [this.#changed, changed].filter((file) => file !== undefined) };
    this.#changed = changed;
    const child = (this.#process ??= await this.#start());
    return new Promise((settle) => {
      let at = 0;
      let clock: NodeJS.Timeout;
      const finish = (outcome: Outcome): void => {
        clearTimeout(clock);
        child.off('message', hear).off('exit', lose);
        settle(outcome);
      };
      const wind = (): void => {
        clearTimeout(clock);
        const file = tests[at];
        if (file !== undefined) clock = setTimeout(() => lose(file), 1000 * secondsOf(file));
      };
      const lose = (file: unknown): void => {
        this.end();
        finish({ kind: 'timed out', file: typeof file === 'string' ? file : (tests[at] ?? '') });
      };
      const hear = (message: Message): void => {
        if (message.kind === 'answer') finish(message.outcome);
        else if (message.kind === 'ended') {
          at += 1;
          wind();
        }
      };
      child.on('message', hear).on('exit', lose);
      child.send(order);
      wind();
    });
  }

  end(): void {
    const child = this.#process;
    this.#process = undefined;
    if (child?.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It was gone already.
    }
  }

  #start(): Promise<ChildProcess> {
    const child = fork(resolve(this.#tree, 'test/mutation/run-tests.ts'), this.#setupFiles, {
      cwd: this.#tree,
      detached: true,
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, CI: '1' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new Promise((ready, fail) => {
      child.once('message', () => ready(child));
      child.once('exit', (code) => fail(new Error(`the tests could not be begun: exit code ${code}`)));
    });
  }
}
