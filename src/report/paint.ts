/** How words are marked on a terminal. The shell says how; without it text stays as it is. */
export type Paint = Readonly<
  Record<'head' | 'good' | 'bad' | 'warn' | 'dim' | 'red', (text: string) => string>
>;

const same = (text: string): string => text;

export const plain: Paint = { head: same, good: same, bad: same, warn: same, dim: same, red: same };
