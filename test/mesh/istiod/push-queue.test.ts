import { expect, test } from 'vitest';
import { PushQueue } from '../../../src/mesh/istiod/push-queue.ts';

test('proxies are pushed first in, first out, as many at once as there are permits', () => {
  const queue = new PushQueue(2);
  for (const proxy of [3, 1, 2]) queue.enqueue(proxy, 1);
  expect(queue.dequeue()).toEqual({ proxy: 3, snapshot: 1 });
  expect(queue.dequeue()).toEqual({ proxy: 1, snapshot: 1 });
  expect(queue.dequeue()).toBeUndefined();
  queue.sent(3);
  expect(queue.dequeue()).toEqual({ proxy: 2, snapshot: 1 });
});

test('a waiting proxy keeps its place and takes the newer snapshot', () => {
  const queue = new PushQueue(1);
  queue.enqueue(1, 1);
  queue.enqueue(2, 1);
  queue.enqueue(1, 2);
  expect(queue.dequeue()).toEqual({ proxy: 1, snapshot: 2 });
  queue.sent(1);
  expect(queue.dequeue()).toEqual({ proxy: 2, snapshot: 1 });
  queue.sent(2);
  expect(queue.dequeue()).toBeUndefined();
});

test('a proxy that is being pushed goes to the tail when that push is done', () => {
  const queue = new PushQueue(1);
  queue.enqueue(1, 1);
  queue.dequeue();
  queue.enqueue(1, 2);
  queue.enqueue(2, 2);
  expect(queue.dequeue()).toBeUndefined();
  queue.sent(1);
  expect(queue.dequeue()).toEqual({ proxy: 2, snapshot: 2 });
  queue.sent(2);
  expect(queue.dequeue()).toEqual({ proxy: 1, snapshot: 2 });
});
