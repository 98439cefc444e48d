import { stringify } from 'yaml';

/** On its own, so that commands that print no YAML need not load the library. */
export const yamlText = (data: unknown): string => stringify(data, { lineWidth: 0 });
