/** A moment is asked for that a run never reaches, because its budget is spent before. */
export class RunEnded extends Error {}
