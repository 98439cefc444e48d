import { expect, test } from 'vitest';
import { newRule, withWeights } from '../../../src/experiment/session/rule-in-force.ts';

const weights = { v1: 90, v3: 10 };
const written = newRule('reviews', { v1: 50, v3: 50 }).replace('spec:', 'spec:\n  exportTo:\n    - "."');

test('a rule keeps what it says beside its weights', () => {
  const text = withWeights(written, 'reviews', weights);
  expect(text).toContain('exportTo');
  expect(text).toMatch(/weight: 90[^]*weight: 10/);
});

test('a text of two manifests is no rule of weights, and becomes one', () => {
  const two = `${written}---\n${newRule('ratings', { v1: 100 })}`;
  expect(withWeights(two, 'reviews', weights)).toBe(newRule('reviews', weights));
});
