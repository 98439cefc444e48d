import type { ComponentChildren } from 'preact';
import { keepUnits } from '../keep-units.ts';

/** A part of a page under its title. */
export const Section = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) => (
  <section>
    <h2>{keepUnits(title)}</h2>
    {children}
  </section>
);
