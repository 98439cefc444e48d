/**
 * What moves a terminal's cursor, speaks to it, or shows text in another order than it has (Unicode standard annex 9), or not at
 * all: controls C0 and C1, DEL, separators of lines, marks of direction, zero-width characters, byte order marks, tags.
 */
const hidden =
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** As it would be written in JSON, which is why a stored text may be printed so; the short form of C0 is that of a shell. */
function written(character: string): string {
  if (character < ' ') {
    return short[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  }
  return Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
}

/** Foreign text on one line, with all that a reader would not see written out: `\x1b`, `\u202e`, `\n`. */
export const visible = (text: string): string => text.replace(hidden, written);

/** The same for text of our own layout: its tabs and line breaks stay, those of CSV (RFC 4180: CR LF) as well. */
export const visibleLines = (text: string): string =>
  text.replace(hidden, (own, at: number) =>
    own === '\n' || own === '\t' || (own === '\r' && text[at + 1] === '\n') ? own : written(own),
  );
