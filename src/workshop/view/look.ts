import type { DeskVersion } from '../../experiment/session/desk.ts';
import { byMark, stylesOf } from '../../report/palette.ts';

/** How one version looks wherever it is shown: a class that sets `--hue`, and a shape, as colour never stands alone. */
export interface Look {
  readonly hue: string;
  readonly shape: string;
}

/** The look of every version of the focus; what is none of them (a page with no answer) has a plain one. */
export function looksOf(versions: readonly DeskVersion[]): (key: string) => Look {
  const wanted = new Map<string, string>();
  for (const { key, mark } of versions) if (mark !== null) wanted.set(key, byMark[mark]!);
  const styleOf = stylesOf(
    versions.map((version) => version.key),
    wanted,
  );
  const looks = new Map<string, Look>(
    versions.map(({ key, mark }) => {
      const style = styleOf(key);
      const shape = mark === null ? style.shape : mark === 'none' ? 'ring' : 'star';
      return [key, { hue: `hue-${style.colour.slice(1)}`, shape }];
    }),
  );
  return (key) => looks.get(key) ?? { hue: 'hue-plain', shape: 'cross' };
}
