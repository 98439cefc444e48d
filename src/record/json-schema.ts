/** Words of JSON Schema (draft 7) for the shapes of a record: every property is required unless named optional, no other is allowed. */
export const number = { type: 'number' } as const;
export const text = { type: 'string' } as const;
export const flag = { type: 'boolean' } as const;
export const orNull = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] });
export const list = (items: object): object => ({ type: 'array', items });
export const object = (
  properties: Readonly<Record<string, object>>,
  optional: readonly string[] = [],
): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
