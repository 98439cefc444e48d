/** Data as the text of a file or of `-o json`. */
export const toJson = (data: unknown): string => `${JSON.stringify(data, null, 2)}\n`;

/** So many items of a long list are one part. */
const many = 1000;

/** The same text in parts, of which none is longer than so many items: files may have a hundred megabytes. */
export function* jsonParts(data: unknown): Generator<string> {
  yield* partsOf(data, '');
  yield '\n';
}

function* partsOf(data: unknown, indent: string): Generator<string> {
  if (!holdsLongList(data)) {
    yield indented(JSON.stringify(data, null, 2), indent);
  } else if (isLongList(data)) {
    yield '[';
    for (let from = 0; from < data.length; from += many) {
      const items = JSON.stringify(data.slice(from, from + many), null, 2).slice('['.length, -'\n]'.length);
      yield (from === 0 ? '' : ',') + indented(items, indent);
    }
    yield `\n${indent}]`;
  } else {
    const [open, close] = Array.isArray(data) ? '[]' : '{}';
    let before = `${open}\n`;
    for (const [name, value] of Object.entries(data)) {
      if (value === undefined) continue;
      yield `${before}${indent}  ${Array.isArray(data) ? '' : `${JSON.stringify(name)}: `}`;
      yield* partsOf(value, `${indent}  `);
      before = ',\n';
    }
    yield `\n${indent}${close}`;
  }
}

/** Within a text a line break is escaped: those that are there stand between fields. */
const indented = (text: string, indent: string): string => text.replaceAll('\n', `\n${indent}`);

const isLongList = (data: unknown): data is readonly unknown[] => Array.isArray(data) && data.length > many;

const holdsLongList = (data: unknown): data is object =>
  typeof data === 'object' && data !== null && (isLongList(data) || Object.values(data).some(holdsLongList));
