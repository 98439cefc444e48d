import { setFlagsFromString } from 'node:v8';

/**
 * What V8 optimises. `bytes`: after how many bytes of its code that have run, a function. Its own number (67,584) is for programs
 * that stay: a command has read, or drawn, before the work of optimising has paid. Measured for `run` with its report: a sixth less
 * CPU; a long run takes as long as before. `inlined`: how many bytes of other functions it takes in with it; 920 is V8's own. With
 * 300 a run of seconds takes a fifth less, as optimising it is a third of its work; a long one takes a tenth more.
 */
const settings = {
  reading: { bytes: 2_000_000, inlined: 920 },
  playing: { bytes: 330_000, inlined: 920 },
  'playing briefly': { bytes: 200_000, inlined: 300 },
  drawing: { bytes: 2_000_000, inlined: 920 },
} as const;

/** Up to here a run is brief. */
const briefPages = 20_000;

/** What comes next, for the whole process: V8 knows no other scope. */
export function optimiseFor(what: keyof typeof settings): void {
  const { bytes, inlined } = settings[what];
  setFlagsFromString(`--interrupt-budget=${bytes}`);
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${inlined}`);
}

/** A run of so many pages comes next. */
export const optimiseForPages = (pages: number): void =>
  optimiseFor(pages <= briefPages ? 'playing briefly' : 'playing');
