import { refill } from '../../kernel/copies.ts';
import type { CallStep } from '../app/app.ts';
import type { RequestClasses } from '../envoy/request-class.ts';

/** Classes of the calls that scripts make, found once per class of the request that is served and place of the call. */
export class CallClasses {
  readonly #classes: RequestClasses;
  readonly #callSites: CallStep[] = [];
  readonly #known: (number | undefined)[][] = [];

  constructor(classes: RequestClasses) {
    this.#classes = classes;
  }

  /** What the callee's proxies will see: the call's own head with the headers that the application passes on. */
  of(parentClass: number, step: CallStep): number {
    let site = this.#callSites.indexOf(step);
    if (site < 0) site = this.#callSites.push(step) - 1;
    const own = (this.#known[parentClass] ??= []);
    return (own[site] ??= this.#make(parentClass, step));
  }

  copyFrom(other: CallClasses): void {
    refill(this.#callSites, other.#callSites);
    refill(
      this.#known,
      other.#known.map((classes) => classes.slice()),
    );
  }

  #make(parentClass: number, step: CallStep): number {
    const { headers } = this.#classes.heads[parentClass]!;
    const passed = Object.entries(headers).filter(([name]) => step.forwards.includes(name));
    const { method, path } = step;
    const authority = `${step.host}:${step.port}`;
    return this.#classes.of({ method, path, authority, headers: Object.fromEntries(passed) }, step.port);
  }
}
