import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

/** A setting of the scenario with the values that it is to take, each as it would stand behind `--set path=`. */
export interface Varied {
  readonly path: string;
  readonly values: readonly string[];
}

/** One combination: a value for each varied setting. */
export interface Setting {
  readonly values: readonly string[];
  /** `path=value`, in the order of the varied settings. */
  readonly set: readonly string[];
}

/**
 * `traffic[0].rps=10,20,30`: values are YAML with commas between, so a map or a list with commas of its own is one of them.
 *
 * @returns the setting, or what is wrong with the text.
 */
export function parseVary(text: string): Varied | { readonly problem: string } {
  const at = text.indexOf('=');
  if (at <= 0) return { problem: 'expected path=value,value,...' };
  const path = text.slice(0, at).trim();
  if (/^(spec\.)?seed$/.test(path))
    return { problem: 'each replication has a seed of its own already: ask for more of them' };
  const list = `[${text.slice(at + 1)}]`;
  const { contents, errors } = parseDocument(list);
  if (errors.length > 0 || !isSeq(contents))
    return { problem: `the values are not YAML: ${errors[0]?.message.split('\n')[0] ?? list}` };
  const values: string[] = [];
  for (const item of contents.items) {
    if (!isScalar(item) && !isMap(item) && !isSeq(item)) return { problem: 'expected path=value,value,...' };
    const [from, to] = item.range!;
    const value = list.slice(from, to).trim();
    if (value === '') return { problem: 'a value is missing between two commas' };
    if (values.includes(value)) return { problem: `${value} stands there twice` };
    values.push(value);
  }
  return values.length === 0 ? { problem: `${path} has no value` } : { path, values };
}

/**
 * What is to be played: every combination, the last setting changing fastest; or, `together`, the first values of all, then the
 * second ones. Nothing varied is one setting without a value.
 *
 * @returns what is wrong, where lists that go together differ in length, or a path stands there twice.
 */
export function settingsOf(
  varied: readonly Varied[],
  together: boolean,
): readonly Setting[] | { readonly problem: string } {
  const twice = varied.find(({ path }, place) => varied.findIndex((own) => own.path === path) < place);
  if (twice !== undefined) return { problem: `${twice.path} is varied twice` };
  const combinations = together ? sideBySide(varied) : product(varied);
  if ('problem' in combinations) return combinations;
  return combinations.map((values) => ({
    values,
    set: varied.map(({ path }, place) => `${path}=${values[place]!}`),
  }));
}

const product = (varied: readonly Varied[]): string[][] =>
  varied.reduce<string[][]>(
    (all, { values }) => all.flatMap((own) => values.map((value) => [...own, value])),
    [[]],
  );

function sideBySide(varied: readonly Varied[]): string[][] | { readonly problem: string } {
  const [first] = varied;
  if (first === undefined) return [[]];
  const other = varied.find(({ values }) => values.length !== first.values.length);
  if (other !== undefined)
    return {
      problem: `${first.path} has ${first.values.length} values and ${other.path} ${other.values.length}: they cannot go together`,
    };
  return first.values.map((_, row) => varied.map(({ values }) => values[row]!));
}
