import { expect, test } from 'vitest';
import { bookinfo, makeWorld, refreshes, resources, subsets } from '../../support/world.ts';

/** Visitors' requests leave the gateway with another user; reviews has a rule for that user. */
const forJason = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - { match: [{ headers: { end-user: { exact: jason } } }], route: [{ destination: { host: reviews, subset: v2 } }] }
    - { route: [{ destination: { host: reviews, subset: v1 } }] }
---`;
const mesh = (headers: string) =>
  resources(
    bookinfo.replace(/(?=route: \[\{ destination: \{ host: productpage)/, `headers: ${headers}, `),
    subsets('reviews', 'v1', 'v2', 'v3'),
    forJason,
  );

/** What reviews' callers' proxies held against their rules, and which subset each request went to. */
function seen(headers: string, own: Readonly<Record<string, string>> = {}) {
  const calls: (string | undefined)[] = [];
  const shown: string[] = [];
  const [browser] = [refreshes(3)];
  const world = makeWorld(
    {
      manifests: mesh(headers),
      traffic: [{ ...browser!, request: { ...browser!.request, headers: own } }],
    },
    {
      opened: (row) => {
        const head = world.classes.heads[world.rows.requestClass[row]!]!;
        if (head.authority.startsWith('ratings') || head.authority.startsWith('reviews'))
          calls.push(head.headers['end-user']);
      },
      pageDone: (row) => shown.push(world.keys.name[world.rows.shownKey[row]!]!),
    },
  );
  world.runUntil(10e6);
  return { calls: [...new Set(calls)], shown: [...new Set(shown)] };
}

test('what a gateway’s route sets is what the application gets and forwards, and what rules behind it look at', () => {
  // reviews v2 calls ratings, and forwards the user, too.
  expect(seen('{ request: { set: { end-user: jason } } }')).toEqual({ calls: ['jason'], shown: ['v2'] });
});

test('what it removes never comes there; without it the header passes through', () => {
  const jason = { 'end-user': 'jason' };
  expect(seen('{ request: { remove: [End-User] } }', jason)).toEqual({ calls: [undefined], shown: ['v1'] });
  expect(seen('{ request: { set: { x-other: "1" } } }', jason)).toEqual({ calls: ['jason'], shown: ['v2'] });
});

test('what it adds beside a header of the same name is one value with it, which is no exact match any more', () => {
  expect(seen('{ request: { add: { end-user: jason } } }', { 'end-user': 'ann' })).toEqual({
    calls: ['ann,jason'],
    shown: ['v1'],
  });
});
