import { expect, test } from 'vitest';
import type { CallStep } from '../../../src/mesh/app/app.ts';
import type { ConfigTables } from '../../../src/mesh/envoy/config-tables.ts';
import { RequestClasses } from '../../../src/mesh/envoy/request-class.ts';
import type { RequestHead } from '../../../src/mesh/envoy/route-match.ts';
import { CallClasses } from '../../../src/mesh/request/call-class.ts';
import { PassedClasses } from '../../../src/mesh/request/passed-class.ts';

/** Counts how often a class is looked up: that takes many times longer than a row of a table. */
class Counted extends RequestClasses {
  lookups = 0;
  override of(head: RequestHead, port: number): number {
    this.lookups += 1;
    return super.of(head, port);
  }
}

const step = (host: string, forwards: readonly string[] = []): CallStep => ({
  kind: 'call',
  host,
  port: 9080,
  method: 'GET',
  path: '/',
  timeoutUs: 1e6,
  tries: 1,
  onFailure: 'body',
  failureStatus: 502,
  forwards,
});
const head = (headers: Readonly<Record<string, string>> = {}): RequestHead => ({
  method: 'POST',
  path: '/page',
  authority: 'books',
  headers,
});
/** Two clusters, by which a gateway sends to two ports of its Service. */
const tables = {
  clusterNames: [
    'outbound|80||gateway.istio-system.svc.cluster.local',
    'outbound|443||gateway.istio-system.svc.cluster.local',
  ],
} as unknown as ConfigTables;

test('a call has the head that its step says, and of its page the headers that the application passes on', () => {
  const classes = new Counted();
  const calls = new CallClasses(classes);
  const page = classes.of(head({ 'end-user': 'jason', cookie: 'a=1' }), 80);
  const call = calls.of(page, step('reviews', ['end-user', 'x-request-id']));
  expect(classes.heads[call]).toEqual({
    method: 'GET',
    path: '/',
    authority: 'reviews:9080',
    headers: { 'end-user': 'jason' },
  });
  expect(classes.ports[call]).toBe(9080);
});

test('the head of a call is made once for each step and each kind of page, however many come', () => {
  const classes = new Counted();
  const calls = new CallClasses(classes);
  const pages = [classes.of(head(), 80), classes.of(head({ 'end-user': 'jason' }), 80)];
  const steps = [step('reviews', ['end-user']), step('details'), step('reviews')];
  const each = (): number[] => pages.flatMap((page) => steps.map((own) => calls.of(page, own)));
  const before = classes.lookups;
  const found = each();
  expect(classes.lookups - before).toBe(6);
  // jason's call of reviews is another than anybody else's; the other calls are the same for all.
  expect(new Set(found).size).toBe(3);
  for (let more = 0; more < 100; more++) expect(each()).toEqual(found);
  expect(classes.lookups - before).toBe(6);
});

test('a gateway passes on the head that came, at the port that its route sends to', () => {
  const classes = new Counted();
  const passed = new PassedClasses(classes, tables);
  const page = classes.of(head(), 8080);
  const before = classes.lookups;
  const each = (): number[] => [-1, 0, 1].map((cluster) => passed.of(page, cluster));
  const found = each();
  expect(found.map((own) => classes.ports[own])).toEqual([8080, 80, 443]);
  expect(found.map((own) => classes.heads[own])).toEqual([head(), head(), head()]);
  expect(found[0]).toBe(page);
  for (let more = 0; more < 100; more++) expect(each()).toEqual(found);
  expect(classes.lookups - before).toBe(2);
});

test('what a copy of a world learns is not known to the original, whose classes have other numbers', () => {
  const [classes, others] = [new RequestClasses(), new RequestClasses()];
  const page = classes.of(head(), 8080);
  const passed = new PassedClasses(classes, tables);
  const calls = new CallClasses(classes);
  const known = step('reviews');
  passed.of(page, 0);
  calls.of(page, known);
  others.copyFrom(classes);
  const copies = { passed: new PassedClasses(others, tables), calls: new CallClasses(others) };
  copies.passed.copyFrom(passed);
  copies.calls.copyFrom(calls);
  expect([copies.passed.of(page, 0), copies.calls.of(page, known)]).toEqual([
    passed.of(page, 0),
    calls.of(page, known),
  ]);
  // From here on the two go their own ways.
  others.of(head({ 'end-user': 'mary' }), 1);
  const later = step('details');
  copies.passed.of(page, 1);
  copies.calls.of(page, later);
  expect(classes.ports[passed.of(page, 1)]).toBe(443);
  expect(classes.heads[calls.of(page, later)]!.authority).toBe('details:9080');
});
