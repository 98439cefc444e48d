import { expect, test } from 'vitest';
import { depthLimit, yamlExcess } from '../../src/manifest/yaml-limits.ts';

test('an honest file has no excess', () => {
  expect(yamlExcess('a: [{ b: c }]\n---\nd: |\n  [[[[\n')).toBeUndefined();
});

test('brackets may be nested a hundred deep; the one that is too many is named by its place', () => {
  expect(yamlExcess(`a: ${'['.repeat(depthLimit)}${']'.repeat(depthLimit)}`)).toBeUndefined();
  const before = 'first: text\nb: ';
  expect(yamlExcess(before + '['.repeat(depthLimit + 1))).toEqual({
    offset: before.length + depthLimit,
    message: 'nested deeper than 100 levels',
  });
  expect(yamlExcess(`[${'{}, '.repeat(500)}]`)).toBeUndefined();
});

test('what piles up on one line is named by its place; what stands on many lines is not', () => {
  const piled = yamlExcess(`a: b\nc: ${'!t '.repeat(2000)}`)!;
  expect(piled.message).toBe('more than 1000 tokens on one line');
  expect(piled.offset).toBeGreaterThan('a: b\nc: '.length + 1000);
  expect(yamlExcess('- a\n'.repeat(2000))).toBeUndefined();
});

test('a bracket within a text is a letter like any other', () => {
  expect(yamlExcess(`a: "${'['.repeat(200)}"\nb: c${'['.repeat(200)}`)).toBeUndefined();
});
