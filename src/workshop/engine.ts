import type { Desk } from '../experiment/session/desk.ts';
import type { FolderTexts } from '../experiment/session/folder.ts';
import type { Clock, FromPage, FromWorker, Questions } from './wire.ts';

/** Who is told what the worker shows. */
interface Listener {
  /** @param session number of the session that it shows. */
  desk(session: number, desk: Desk, clock: Clock): void;
  trouble(message: string): void;
}

/** The engine beside the page: a worker that is started from the text that the page brings. */
export class Engine {
  readonly #worker: Worker;
  readonly #open = new Map<number, (answer: never) => void>();
  #next = 1;

  /** @throws where the browser refuses workers. */
  constructor(code: string, setups: Readonly<Record<string, FolderTexts>>, listener: Listener) {
    const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    this.#worker = new Worker(url);
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'desk') listener.desk(data.session, data.desk, data.clock);
      else if (data.kind === 'trouble') listener.trouble(data.message);
      else {
        const answered = this.#open.get(data.id);
        this.#open.delete(data.id);
        answered?.(data.answer as never);
      }
    };
    this.#worker.onerror = (event) => {
      listener.trouble(event.message === '' ? 'the worker did not start' : event.message);
    };
    this.#worker.postMessage({ kind: 'setups', texts: setups });
  }

  ask<K extends keyof Questions>(what: K, ask: Questions[K]['ask']): Promise<Questions[K]['answer']> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#open.set(id, resolve as (answer: never) => void);
      this.#worker.postMessage({ id, what, ask } as FromPage);
    });
  }
}
