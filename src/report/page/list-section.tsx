import { Bullets } from './bullets.tsx';
import { Section } from './section.tsx';

/** A part that is a list; no part where there is nothing to list. */
export const ListSection = ({
  title,
  items,
}: {
  readonly title: string;
  readonly items: readonly string[];
}) =>
  items.length > 0 && (
    <Section title={title}>
      <Bullets items={items} />
    </Section>
  );
