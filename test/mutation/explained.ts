/** A mutant that no test can or should notice, by what it does, and why. */
export interface Explained {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly because: string;
}

export const explained: readonly Explained[] = [];
