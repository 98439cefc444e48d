import type { ComponentChildren } from 'preact';
import { keepUnits } from '../keep-units.ts';

/** What only some readers want: closed until its title is asked for. */
export const Folding = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) => (
  <details>
    <summary>{keepUnits(title)}</summary>
    {children}
  </details>
);
