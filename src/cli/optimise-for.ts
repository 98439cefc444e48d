import { setFlagsFromString } from 'node:v8';

/**
 * After how many bytes of its code that have run V8 optimises a function. Its own number (67,584) is for programs that stay: a
 * command has read, or drawn, before the work of optimising has paid. Measured for `run` with its report: a sixth less CPU; a
 * long run takes as long as before.
 */
const bytesOf = { reading: 2_000_000, playing: 330_000, drawing: 2_000_000 } as const;

/** What comes next, for the whole process: V8 knows no other scope. */
export function optimiseFor(what: keyof typeof bytesOf): void {
  setFlagsFromString(`--interrupt-budget=${bytesOf[what]}`);
}
