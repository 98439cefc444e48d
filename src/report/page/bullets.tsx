import { words } from './words.tsx';

/** Sentences in a list; nothing where there are none. */
export const Bullets = ({ items }: { readonly items: readonly string[] }) =>
  items.length > 0 && (
    <ul>
      {items.map((item) => (
        <li>{words(item)}</li>
      ))}
    </ul>
  );
