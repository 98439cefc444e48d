import { describe, expect, test } from 'vitest';
import { Cursor } from '../../src/manifest/cursor.ts';
import { kinds } from '../../src/manifest/kind/index.ts';
import type { KindReader } from '../../src/manifest/kind/kind.ts';
import { checkFields, type Shape } from '../../src/manifest/schema.ts';
import { crdFields, type FieldType } from './crd-fields.ts';

type Part = string | number;

/** Each field that holds a value, with something that it may hold: `[['http', 0, 'name'], 'a']`. */
function leaves(type: FieldType, path: readonly Part[]): (readonly [readonly Part[], unknown])[] {
  if (typeof type === 'string') return [[path, valueOf(type)]];
  if (Array.isArray(type)) return leaves((type as readonly [FieldType])[0], [...path, 0]);
  return Object.entries(type).flatMap(([key, inner]) => leaves(inner, [...path, key === '*' ? 'any' : key]));
}

/** Of words the last, for the first is often what holds without any; not so for the namespaces of a Gateway. */
function valueOf(type: string): unknown {
  if (type === 'All|Selector|Same') return 'All';
  const word = type.split('|').at(-1)!;
  if (type.includes('|')) return isNaN(Number(word)) ? word : Number(word);
  return { string: '10s', integer: 7, number: 7, boolean: true, object: {}, any: {}, 'int or string': 7 }[
    type
  ];
}

/** A spec in which this field alone is set. */
function specWith(path: readonly Part[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const inner = specWith(rest, value);
  return first === 0 ? [inner] : { [first]: inner };
}

const textOf = (path: readonly Part[]): string => path.join('.').replaceAll('.0', '[]');

const read = Object.entries(crdFields).flatMap(([kind, fields]) => {
  const reader = (kinds as Readonly<Record<string, KindReader | undefined>>)[kind];
  return reader === undefined ? [] : [{ kind, fields: fields as FieldType, reader }];
});

describe.each(read)('$kind', ({ fields, reader }) => {
  test('no field of the CRD is refused as unknown, nor what it may hold', () => {
    const refused = leaves(fields, []).flatMap(([path, value]) => {
      const { findings } = checkFields(reader.fields, { spec: specWith(path, value) }, 'refuse');
      return findings
        .filter(
          ({ code, message }) => code === 'MS1010' || (/MS101[13]/.test(code) && !message.includes('oneOf')),
        )
        .map(({ message }) => message);
    });
    expect(refused).toEqual([]);
  });

  test('a field is read, or listed as not modelled: none is dropped silently', () => {
    const dropped = leaves(fields, []).flatMap(([path, value]) => {
      const spec = merged(
        specWith(path, textOf(path).endsWith('grpcStatus') ? 'UNAVAILABLE' : value),
        company(path),
      );
      const { ignored } = checkFields(reader.fields, { spec }, 'refuse');
      if (ignored.length > 0) return [];
      const parent = path.slice(0, -1);
      const without = merged(specWith(parent, path.at(-1) === 0 ? [] : {}), company(path));
      return JSON.stringify(readSpec(reader, spec)) === JSON.stringify(readSpec(reader, without))
        ? [textOf(path)]
        : [];
    });
    expect(dropped.filter((field) => !told.some((own) => field.endsWith(own)))).toEqual([]);
  });

  test('no field is known that the CRD has not', () => {
    const known = new Set(
      leaves(fields, []).flatMap(([path]) => path.map((_, index) => textOf(path.slice(0, index + 1)))),
    );
    const { spec } = reader.fields.fields;
    const ours = fieldsOf(spec!, []).filter((field) => !known.has(field) && !older.has(field));
    expect(ours).toEqual([]);
  });
});

const metadata = { name: 'a', namespace: 'default', labels: {}, annotations: {} };
const readSpec = (reader: KindReader, spec: unknown): unknown =>
  reader.read(new Cursor(spec, ['spec'], []), metadata, reader.versions[0]!, new Cursor({ spec }, [], []));

/** What has to stand beside a field for it to mean anything, by the field or the block that it is in. */
const beside: readonly (readonly [RegExp, readonly Part[], unknown])[] = [
  [/warmup\.\w+$/, ['duration'], '30s'],
  [/abort\.percentage\.value$/, ['..', 'httpStatus'], 500],
  [/delay\.percentage\.value$/, ['..', 'fixedDelay'], '2s'],
  [/delay\.percent$/, ['fixedDelay'], '2s'],
  [/mirrorPercent$/, ['mirror', 'host'], 'b'],
  [/mirrorPercentage\.value$/, ['..', 'mirror', 'host'], 'b'],
  [/fraction\.denominator$/, ['numerator'], 1],
  [/(headers|queryParams)\[\]\.type$/, ['name'], 'b'],
  [/matches\[\]\.method\.type$/, ['service'], 'b'],
];

function company(path: readonly Part[]): unknown {
  const text = textOf(path);
  const filter = path.lastIndexOf('filters');
  const block = String(path[filter + 2]);
  const found = beside.find(([pattern]) => pattern.test(text));
  const specs = [
    ...(filter < 0
      ? []
      : [specWith([...path.slice(0, filter + 2), 'type'], block.charAt(0).toUpperCase() + block.slice(1))]),
    ...(filter < 0 || path.length < filter + 4
      ? []
      : [
          specWith(
            [
              ...path.slice(0, filter + 3),
              ...(/\b(set|add)\[\]\.value$/.test(text) ? [path.at(-3)!, 0, 'name'] : ['unknown']),
            ],
            'b',
          ),
        ]),
  ];
  if (found !== undefined) {
    const [, own, value] = found;
    const up = own.filter((part) => part === '..').length;
    specs.push(specWith([...path.slice(0, -1 - up), ...own.slice(up)], value));
  }
  return specs.reduce(merged, {});
}

function merged(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === 0 ? other : other.length === 0 ? one : [merged(one[0], other[0])];
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one;
  const keys = [...Object.keys(other), ...Object.keys(one)];
  const [a, b] = [one as Readonly<Record<string, unknown>>, other as Readonly<Record<string, unknown>>];
  return Object.fromEntries(
    keys.map((key) => [key, key in a ? (key in b ? merged(a[key], b[key]) : a[key]) : b[key]]),
  );
}

/** Words for which block or field is there; fields that Istio refuses; what a selector says with others beside it. */
const told = [
  // Mean nothing alone; see rewritten-path.test.ts and http-route.test.ts.
  'uriRegexRewrite.match',
  'uriRegexRewrite.rewrite',
  'urlRewrite.path.replaceFullPath',
  'urlRewrite.path.replacePrefixMatch',
  'filters[].type',
  'path.type',
  'abort.http2Error',
  'delay.exponentialDelay',
  'selector.matchExpressions[].key',
  'selector.matchExpressions[].operator',
  'selector.matchExpressions[].values[]',
  'selector.matchLabels.any',
];

/** Of Gateway API's CRDs before 1.5, and a name in proto's own letters. */
const older = new Set(['listeners[].tls.frontendValidation', 'backendTLS', 'http[].mirror_percent']);

function fieldsOf(shape: Shape, path: readonly Part[]): string[] {
  if (shape.type === 'list') return fieldsOf(shape.of, [...path, 0]);
  if (shape.type === 'map') return fieldsOf(shape.of, [...path, 'any']);
  if (shape.type !== 'struct') return [textOf(path)];
  return Object.entries(shape.fields).flatMap(([key, inner]) => fieldsOf(inner, [...path, key]));
}
