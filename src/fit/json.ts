/** Reading values that somebody else's JSON may or may not have. */

export const at = (object: unknown, key: string): unknown =>
  typeof object === 'object' && object !== null
    ? (object as Readonly<Record<string, unknown>>)[key]
    : undefined;

export const textAt = (object: unknown, key: string): string | undefined => {
  const value = at(object, key);
  return typeof value === 'string' ? value : undefined;
};

/** A number, or a text that is one: 64-bit integers are written as texts. */
export const numberAt = (object: unknown, key: string): number | undefined => {
  const value = at(object, key);
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
};

export const listAt = (object: unknown, key: string): readonly unknown[] => {
  const value = at(object, key);
  return Array.isArray(value) ? value : [];
};
