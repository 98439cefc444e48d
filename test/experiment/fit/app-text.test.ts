import { expect, test } from 'vitest';
import { appText } from '../../../src/experiment/fit/app-text.ts';
import { Names } from '../../../src/fit/names.ts';
import { fitTraces } from '../../../src/fit/traces/fit-traces.ts';
import { readTraces } from '../../../src/fit/traces/format/index.ts';
import { loadApp } from '../../../src/scenario/load-app.ts';
import { asOtlp, madeUpTraces, type MadeSystem } from '../../support/made-up-traces.ts';

const estimate = (value: number) => ({
  value,
  low: value * 0.9,
  high: value * 1.1,
  n: 40,
  source: 'metrics',
});

function written(system: MadeSystem, isCounted = false): string {
  const text = asOtlp(madeUpTraces(system), false)
    .map((document) => JSON.stringify(document))
    .join('\n');
  const fit = fitTraces({
    spans: readTraces(text)!.spans,
    names: new Names(),
    ...(isCounted ? { counted: () => ({ requests: 100_000, calls: 31_000, source: 'logs' }) } : {}),
  });
  return appText({
    name: 'made-up',
    notes: fit.notes,
    workloads: fit.workloads.map((traced) => ({
      name: traced.name,
      match: { app: traced.service },
      traced,
      cpuMs: traced.name === 'web' ? estimate(1.25) : undefined,
      idleMilli: traced.name === 'web' ? estimate(12) : undefined,
      workers: traced.name === 'price' ? { workers: 4, seenAtOnce: 9, requests: 500 } : undefined,
      failures: undefined,
    })),
  });
}

const shop: MadeSystem = {
  traces: 300,
  sidecars: true,
  entries: [{ to: 'web', path: '/', weight: 1 }],
  services: [
    { name: 'web', pods: 1, script: [{ work: [2, 6] }, { call: 'price', path: '/quote' }, { work: [1, 3] }] },
    { name: 'price', pods: 2, script: [{ work: [6, 20] }], fails: 0.05 },
  ],
};

test('the app file of what was fitted is read without a complaint, and says the fitted numbers', () => {
  const text = written(shop);
  const { value: app, problems } = loadApp('app.yaml', text);
  expect(problems).toEqual([]);
  expect(app!.workloads.map(({ name, concurrency, cpuUs }) => [name, concurrency, cpuUs])).toEqual([
    ['price', 4, 0],
    ['web', Infinity, 1250],
  ]);
  const [price, web] = app!.workloads;
  expect(web!.script.map(({ kind }) => kind)).toEqual(['work', 'call', 'work']);
  expect(web!.script[1]).toMatchObject({ host: 'price', port: 8080, path: '/quote' });
  const [first] = web!.script;
  // 2 ms by the law; three standard errors of 300 values, sigma 0.47, are 8 %.
  if (first!.kind === 'work' && first!.time.dist === 'lognormal' && 'p50' in first!.time)
    expect(Math.abs(first!.time.p50 / 2000 - 1)).toBeLessThan(0.08);
  else expect.unreachable();
  expect(text).toContain('status: 503');
  expect(JSON.stringify(price)).toContain('takes');
});

test('behind a number stand its interval, its count and its source; what nothing tells is marked a default', () => {
  const text = written(shop);
  expect(text).toContain('cpu: 1.25ms # 1.125 to 1.375 ms (40, metrics)');
  expect(text).toContain('idleCpu: 12m # 10.8 to 13.2 m (40, metrics)');
  expect(text).toMatch(/# p50 [\d.]+ to [\d.]+ ms; p99 [\d.]+ to [\d.]+ ms; mean [\d.]+ ms \(300, traces\)/);
  expect(text).toContain('# cpu: default, 0s: no metrics tell');
  expect(text).toContain('# concurrency: default, no limit: no inbound log tells');
  expect(text).toContain('concurrency: 4 # pods held up to 9 at once (500 requests)');
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(120);
});

test('calls side by side, optional and not awaited are written as such; a share that logs count is theirs', () => {
  const bank: MadeSystem = {
    traces: 300,
    sidecars: true,
    entries: [
      { to: 'desk', path: '/', weight: 3 },
      { to: 'desk', path: '/users/7', weight: 1 },
    ],
    services: [
      {
        name: 'desk',
        pods: 1,
        script: [
          { together: [{ call: 'rates' }, { call: 'ledger' }] },
          { work: [2, 6] },
          { call: 'audit', probability: 0.3 },
          { call: 'press', awaits: false },
          { work: [2, 6] },
        ],
      },
      ...['rates', 'ledger', 'audit', 'press'].map(
        (name) => ({ name, pods: 1, script: [{ work: [9, 30] }] }) as const,
      ),
    ],
  };
  const text = written(bank);
  expect(text).toMatch(
    /- together:\n( +#.*\n)* +- call: \{ host: (rates|ledger), port: 8080 \}\n( +#.*\n)* +- call: \{ host: (rates|ledger)/,
  );
  expect(text).toMatch(/host: audit, port: 8080, probability: (2|3)\d(\.\d)?% \}/);
  expect(text).toMatch(/host: press, port: 8080, awaits: false \}/);
  expect(written(bank, true)).toContain('host: audit, port: 8080, probability: 31% }');
});
