import { expect, test } from 'vitest';
import { eventsNdjson } from '../../src/report/events.ts';
import { fifteenRefreshes, fixtures, sixPushes } from '../support/record.ts';

const eventsOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { at_s: number | null; event: string; [field: string]: unknown });

test('a change, its push, seven arrivals and the end of it, in time order', () => {
  const events = eventsOf(eventsNdjson(fifteenRefreshes()));
  expect(events.map((event) => event.event)).toEqual(['apply', 'push', ...Array(7).fill('held'), 'settled']);
  expect(events[0]).toEqual({
    at_s: 60,
    event: 'apply',
    file: 'virtual-service-reviews-50-v3.yaml',
    changes: ['virtualservice.networking.istio.io/reviews configured'],
  });
  expect(events[2]).toMatchObject({
    snapshot: 2,
    pod: 'istio-ingressgateway-5c7d',
    workload: 'istio-ingressgateway',
  });
});

test('a proxy that did not get the push stands at the end, without a time', () => {
  const record = fifteenRefreshes();
  const [push] = record.pushes;
  const arrivals = push!.arrivals.map((arrival, i) => (i === 0 ? { ...arrival, atSeconds: null } : arrival));
  const events = eventsOf(
    eventsNdjson({ ...record, pushes: [{ ...push!, arrivals, settledSeconds: null }] }),
  );
  expect(events.at(-1)).toMatchObject({ at_s: null, event: 'not-held', pod: 'istio-ingressgateway-5c7d' });
});

test.each(fixtures)('times never run backwards in %s', (_, make) => {
  const times = eventsOf(eventsNdjson(make())).map((event) => event.at_s ?? Infinity);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('six pushes to seven proxies make 6 * (1 change + 1 push + 7 arrivals + 1 end) lines', () => {
  expect(eventsOf(eventsNdjson(sixPushes()))).toHaveLength(60);
});
