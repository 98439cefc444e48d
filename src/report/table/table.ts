/** A table of words and numbers that are already rounded; the terminal, Markdown and the page each draw it in their way. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** An empty cell below a filled one continues it. */
  readonly merged?: boolean;
}

export const left = (title: string): Column => ({ title, align: 'left' });
export const right = (title: string): Column => ({ title, align: 'right' });
export const merged = (column: Column): Column => ({ ...column, merged: true });
