/**
 * istiod's debounce (istio/istio pilot/pkg/xds/discovery.go, `debounce`), as a pure state machine. Each step takes the
 * state and the time and returns the next state with what to do; times in microseconds.
 *
 *   change --> wait for `after` of quiet, at most about `max` --> one push --> while it runs, changes gather --> ...
 */
export interface DebounceSettings {
  /** PILOT_DEBOUNCE_AFTER: quiet time that ends a batch. */
  readonly afterUs: number;
  /** PILOT_DEBOUNCE_MAX: a batch older than this is pushed at the next look, quiet or not. */
  readonly maxUs: number;
}

export interface DebounceState {
  /** Changes gathered and not yet pushed. */
  readonly count: number;
  readonly batchStartUs: number;
  readonly lastChangeUs: number;
  /** False while a push is being built. */
  readonly free: boolean;
}

export interface DebounceStep {
  readonly state: DebounceState;
  /** Start a push of everything gathered. */
  readonly push: boolean;
  /** Look again at this time; the earlier timer, if any, is replaced. */
  readonly timerUs: number | undefined;
}

export const debounceIdle: DebounceState = { count: 0, batchStartUs: 0, lastChangeUs: 0, free: true };

/**
 * A change arrives. Only the first of a batch sets the timer; later ones do not move it.
 *
 * @example
 * const settings = { afterUs: 100_000, maxUs: 10_000_000 };
 * const changed = debounceChange(debounceIdle, settings, 0);
 * changed.timerUs; // => 100000
 * debounceTimer(changed.state, settings, 100_000).push; // => true
 */
export function debounceChange(
  state: DebounceState,
  settings: DebounceSettings,
  nowUs: number,
): DebounceStep {
  const first = state.count === 0;
  return {
    state: {
      ...state,
      count: state.count + 1,
      batchStartUs: first ? nowUs : state.batchStartUs,
      lastChangeUs: nowUs,
    },
    push: false,
    timerUs: first ? nowUs + settings.afterUs : undefined,
  };
}

/** The timer fires. During a push nothing happens, and it is not set again: the end of the push looks. */
export function debounceTimer(state: DebounceState, settings: DebounceSettings, nowUs: number): DebounceStep {
  return state.free ? evaluate(state, settings, nowUs) : { state, push: false, timerUs: undefined };
}

/** The push has been built and queued; what gathered meanwhile is looked at at once. */
export function debouncePushed(
  state: DebounceState,
  settings: DebounceSettings,
  nowUs: number,
): DebounceStep {
  return evaluate({ ...state, free: true }, settings, nowUs);
}

function evaluate(state: DebounceState, settings: DebounceSettings, nowUs: number): DebounceStep {
  if (state.count === 0) return { state, push: false, timerUs: undefined };
  const quietUs = nowUs - state.lastChangeUs;
  if (nowUs - state.batchStartUs >= settings.maxUs || quietUs >= settings.afterUs) {
    return { state: { ...state, count: 0, free: false }, push: true, timerUs: undefined };
  }
  return { state, push: false, timerUs: nowUs + settings.afterUs - quietUs };
}
