import { expect, test } from 'vitest';
import { asks } from './ask/index.ts';
import { askedOf, cases } from './topology-case.ts';

/** Several clusters, and ambient: not modelled. */
const waiting: readonly string[] = ['multicluster', 'ambient'];

/** What the model says otherwise, or cannot be asked yet. */
const notYet: readonly string[] = [];

for (const own of cases) {
  const { id, topic, because, question, expect: expected } = own;
  const title = `${topic}: ${because} (${id})`;
  if (waiting.includes(topic)) {
    test.todo(title);
    continue;
  }
  (notYet.includes(id) ? test.fails : test)(title, () =>
    asks[question.ask]!(askedOf(own), question, expected),
  );
}

test('of the 51 cases those of several clusters and of ambient wait: 11', () => {
  expect(cases).toHaveLength(51);
  expect(cases.filter((own) => waiting.includes(own.topic))).toHaveLength(11);
});
