/** Microseconds of the model as seconds of a record. */
export const seconds = (us: number): number => us / 1e6;
