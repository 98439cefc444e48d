/** A file of a fitted system's folder. */
export interface NamedText {
  readonly file: string;
  readonly text: string;
}
