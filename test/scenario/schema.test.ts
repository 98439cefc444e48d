import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkKind, readDocument } from '../../src/scenario/read-kind.ts';
import { appSchema, scenarioSchema } from '../../src/scenario/schema.ts';

/** Paths of the properties of a JSON Schema that no words describe. */
function undescribed(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, ...rest } = schema as { properties?: Record<string, { description?: string }> };
  return [
    ...Object.entries(properties).flatMap(([name, own]) => [
      ...((own.description ?? '') === '' ? [`${path}.${name}`] : []),
      ...undescribed(own, `${path}.${name}`),
    ]),
    ...Object.values(rest).flatMap((own) => undescribed(own, path)),
  ];
}

test.each([
  { kind: 'scenario', schema: scenarioSchema },
  { kind: 'app', schema: appSchema },
])('every field of a $kind is described, for editors and readers', ({ schema }) => {
  const json = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  expect([...new Set(undescribed(json))]).toEqual([]);
});

function read(text: string, schema: z.ZodType, kind: string) {
  const { value: document } = readDocument('a.yaml', text, kind);
  return checkKind('a.yaml', document!, schema, document!.data);
}

const scenario = (spec: string): string => `
apiVersion: meshshift/v1alpha1
kind: Scenario
metadata: { name: a }
spec: { duration: 1m, manifests: [a.yaml], ${spec} }`;

const app = (workload: string): string => `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: a }
spec: { workloads: [{ name: a, match: { app: a }, ${workload} }] }`;

describe('a mistake is told in the words of the user', () => {
  test.each([
    {
      workload: 'workers: 4',
      says: 'unknown field "spec.workloads[0].workers"',
      hint: 'did you mean "concurrency"?',
    },
    {
      workload: 'script: [{ cpu: 2 }]',
      says: 'spec.workloads[0].script[0].cpu: expected a duration with a unit, such as 500ms, 2s or 1h30m',
    },
    {
      workload: 'script: [{ sleep: 2ms }]',
      says: 'unknown field "spec.workloads[0].script[0].sleep"',
      hint: 'did you mean "work"?',
    },
    {
      workload: 'script: [{ work: 1ms, cpu: 1ms }]',
      says: 'spec.workloads[0].script[0]: a step is one of work, cpu, call or together; this one has work and cpu',
    },
    {
      workload: 'boot: { dist: lognormal, p50: 3ms }',
      says: 'spec.workloads[0].boot: a lognormal law takes p50 and p99, or mean and cv',
    },
    {
      workload: 'boot: { dist: lognormal, mean: 0s, cv: 1 }',
      says: 'spec.workloads[0].boot: mean must be above 0',
    },
    {
      workload: 'boot: { dist: lognormal, p50: 0s, p99: 1s }',
      says: 'spec.workloads[0].boot: p50 must be above 0 and at most p99',
    },
    {
      workload: 'boot: { dist: mixture, parts: [{ weight: 1, dist: lognormal, p50: 3ms }] }',
      says: 'spec.workloads[0].boot.parts[0]: a lognormal law takes p50 and p99, or mean and cv',
    },
    {
      workload: 'boot: { dist: mixture, parts: [{ dist: constant, value: 3ms }] }',
      says: 'spec.workloads[0].boot.parts[0].weight: expected a number',
    },
    {
      workload: 'boot: { dist: mixture, parts: [{ weight: 0, dist: constant, value: 3ms }] }',
      says: 'spec.workloads[0].boot.parts: expected a part with a weight above 0',
    },
    {
      workload: 'fails: [{ share: 60%, to: 1m }, { share: 30% }, { share: 60%, from: 2m }]',
      // 60 and 30 until 1m; from 2m on 30 and 60.
      says: undefined,
    },
    {
      workload: 'fails: [{ share: 60% }, { share: 60%, status: 500, from: 2m }]',
      says: 'spec.workloads[0].fails: at 2m the shares sum to 120 %; a request fails in one way at most: 100%',
    },
    {
      workload: 'fails: { share: 1%, takes: 2ms, when: after-work }',
      says: 'spec.workloads[0].fails.takes: it stands in place of the script: `when` has no meaning beside it, leave it out',
    },
    {
      workload: 'fails: [{ share: 1%, by: refuse, takes: 2ms }]',
      says: 'spec.workloads[0].fails[0].takes: what fails by refuse is never in the application, and takes none of its time',
    },
    {
      workload: 'fails: [{ share: 1%, time: 2ms }]',
      says: 'unknown field "spec.workloads[0].fails[0].time"',
      hint: 'did you mean "takes"?',
    },
    {
      workload: 'fails: { share: 1%, stats: 500 }',
      says: 'unknown field "spec.workloads[0].fails.stats"',
      hint: 'did you mean "status"?',
    },
    {
      workload: 'script: [{ together: [{ call: { host: a } }, { call: { host: b, awaits: false } }] }]',
      says: 'spec.workloads[0].script[0].together[1].call.awaits: those of `together` are waited for; a call that nobody waits for is a step of its own',
    },
    {
      workload: 'script: [{ together: [{ call: { host: a } }, { work: 2ms }] }]',
      says: 'spec.workloads[0].script[0].together[1].call is missing',
    },
    {
      workload: 'script: [{ call: { host: a, probability: 0.3 } }]',
      says: 'spec.workloads[0].script[0].call.probability: expected a percentage with its sign, such as 99% or 0.5%',
    },
    {
      workload: 'script: [{ call: { host: a, optional: 30% } }]',
      says: 'unknown field "spec.workloads[0].script[0].call.optional"',
      hint: 'did you mean "probability"?',
    },
    {
      workload: 'script: [{ parallel: [{ call: { host: a } }] }]',
      says: 'unknown field "spec.workloads[0].script[0].parallel"',
      hint: 'did you mean "together"?',
    },
    { workload: 'boot: 3x', says: 'spec.workloads[0].boot: unknown unit "x" in duration "3x"' },
  ])('of an app: $workload', ({ workload, says, hint }) => {
    const { problems } = read(app(workload), appSchema, 'App');
    if (says === undefined) expect(problems).toEqual([]);
    else expect(problems[0]).toMatchObject({ message: says, ...(hint === undefined ? {} : { hint }) });
  });
});

describe('a value that can never make sense is refused', () => {
  test.each([
    { spec: 'window: 0s', says: 'at least 1ms' },
    { spec: 'window: 1us', says: 'at least 1ms' },
    { spec: 'kubernetes: { scrape: 0s }', says: 'at least 1s' },
    { spec: 'kubernetes: { autoscaler: { syncPeriod: 1us } }', says: 'at least 10ms' },
    { spec: 'rollback: { apply: a.yaml, every: 1us }', says: 'at least 1s' },
    { spec: 'plan: { window: 0s }', says: 'at least 1s' },
    { spec: 'traffic: [{ name: a, arrivals: poisson, rps: 1.0e+300 }]', says: 'at most 1000000 a second' },
    { spec: 'traffic: [{ name: a, refresh: { count: 1 }, patience: 0s }]', says: 'never gets a page' },
    { spec: 'hop: { dist: lognormal, mean: 1ms, cv: 1.0e+200 }', says: 'at most 1000' },
    { spec: 'hop: { dist: uniform, min: 2ms, max: 1ms }', says: 'min must be at most max' },
    { spec: 'traffic: [{ name: a, replay: { file: a, speed: 1.0e-300 } }]', says: 'at least 0.001' },
  ])('$spec', ({ spec, says }) => {
    const { value, problems } = read(scenario(spec), scenarioSchema, 'Scenario');
    expect(value).toBeUndefined();
    expect(problems).toMatchObject([{ severity: 'error', code: 'MS2004' }]);
    expect(problems[0]!.message).toContain(says);
  });
});
