import { keepUnits } from './keep-units.ts';

/** Sentences in a list; nothing where there are none. */
export const Bullets = ({ items }: { readonly items: readonly string[] }) =>
  items.length > 0 && (
    <ul>
      {items.map((item) => (
        <li>{keepUnits(item)}</li>
      ))}
    </ul>
  );
