import { expect, test } from 'vitest';
import { fitRecord } from '../../../src/experiment/fit/fit-record.ts';
import { fitSystem } from '../../../src/experiment/fit/fit-system.ts';
import { Intake } from '../../../src/experiment/fit/intake.ts';

/** Counters that are read every 15 s for ten minutes and grow by 10 requests a second, of db by 20. */
const series = (from: string, to: string, reporter: 'source' | 'destination', rps: number): object => ({
  metric: {
    __name__: 'istio_requests_total',
    reporter,
    pod: `${reporter === 'source' ? from : to}-7d9c6b5f4d-4hk2m`,
    source_workload: from,
    destination_workload: to,
    destination_canonical_service: to,
    destination_service_name: to,
    response_code: '200',
  },
  values: Array.from({ length: 41 }, (_, at) => [1_793_786_400 + 15 * at, String(500 + 15 * at * rps)]),
});

test('counters alone tell who calls whom, how often, and where requests come in', () => {
  const intake = new Intake();
  const result = [
    series('istio-ingressgateway', 'web', 'source', 10),
    series('istio-ingressgateway', 'web', 'destination', 10),
    series('web', 'db', 'source', 20),
    series('web', 'db', 'destination', 20),
  ];
  intake.json('requests.json', JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
  const read = intake.evidence([]);
  if (typeof read === 'string') throw new Error(read);
  const system = fitSystem(read.evidence);
  expect(system.entries.map(({ service }) => service)).toEqual(['web']);
  expect(system.entries[0]!.profile!.points.map(({ rps }) => Math.round(rps))).toEqual([10]);
  const { numbers } = fitRecord(system, undefined, { name: 'a', sources: [], assumed: [], command: '' });
  expect(numbers.find(({ about, what }) => about === 'web' && what === 'calls of a request')?.text).toBe(
    'db 2.00',
  );
  expect(system.unknown.join()).toContain('the order of calls');
});
