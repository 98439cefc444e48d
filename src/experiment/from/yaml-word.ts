/** A text as YAML reads it back, within a map in braces: bare where nothing else could be meant. */
export const yamlWord = (text: string): string =>
  /^\d+(\.\d+)?(us|ms|s|m|h)$/.test(text) ||
  (/^[A-Za-z$/][A-Za-z0-9$_./-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text))
    ? text
    : JSON.stringify(text);

/** `{ app: web, version: v1 }` */
export const yamlMap = (entries: Readonly<Record<string, string | number>>): string =>
  `{ ${Object.entries(entries)
    .map(([key, value]) => `${yamlWord(key)}: ${typeof value === 'number' ? value : yamlWord(value)}`)
    .join(', ')} }`;
