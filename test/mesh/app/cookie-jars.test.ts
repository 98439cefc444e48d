import { expect, test } from 'vitest';
import { CookieJars } from '../../../src/mesh/app/cookie-jars.ts';
import { RequestClasses } from '../../../src/mesh/envoy/request-class.ts';

function jars(headers: Readonly<Record<string, string>> = {}, path = '/') {
  const classes = new RequestClasses();
  const own = new CookieJars(classes);
  const plain = classes.of({ method: 'GET', path, authority: 'books:80', headers }, 80);
  return {
    classes,
    own,
    plain,
    /** What the client sends. */
    sent: (client: number, nowUs: number) =>
      classes.heads[own.classOf(client, plain, nowUs)]!.headers['cookie'],
    answer: (client: number, nowUs: number, ...lines: string[]) => own.answered(client, plain, lines, nowUs),
  };
}

test('a client sends what answers to it have set, and no other client does', () => {
  const { sent, answer } = jars();
  expect(sent(0, 0)).toBeUndefined();
  answer(0, 0, 'a=1', 'b=2; Max-Age=10');
  expect(sent(0, 1e6)).toBe('a=1; b=2');
  expect(sent(1, 1e6)).toBeUndefined();
});

test('until it is as old as its Max-Age says, or an answer deletes it', () => {
  const { sent, answer, own, plain } = jars();
  answer(0, 0, 'a=1; Max-Age=10', 'b=2; Max-Age=20');
  expect(sent(0, 10e6 - 1)).toBe('a=1; b=2');
  expect(sent(0, 10e6)).toBe('b=2');
  answer(0, 11e6, 'b=; Max-Age=0');
  expect(own.classOf(0, plain, 12e6)).toBe(plain);
});

test('one that is set again has its new value and age, in its old place', () => {
  const { sent, answer } = jars();
  answer(0, 0, 'a=1; Max-Age=10', 'b=2');
  answer(0, 9e6, 'a=3; Max-Age=10');
  expect(sent(0, 18e6)).toBe('a=3; b=2');
});

test('beside the cookie that it always sends, whose value gives way to one that is set', () => {
  const { sent, answer } = jars({ cookie: 'user=7; theme=dark' });
  answer(0, 0, 'theme=light');
  expect(sent(0, 0)).toBe('user=7; theme=light');
});

test('those of longer paths come first, and those of other paths not at all', () => {
  const { sent, answer } = jars({}, '/shop/page');
  answer(0, 0, 'a=1; Path=/', 'b=2; Path=/shop', 'c=3; Path=/api');
  expect(sent(0, 0)).toBe('b=2; a=1');
});

test('the end of a visit ends what has no age, and a newcomer has nothing', () => {
  const { sent, answer, own } = jars();
  answer(0, 0, 'session=1', 'kept=1; Max-Age=60');
  own.endSession(0);
  expect(sent(0, 1e6)).toBe('kept=1');
  own.forget(0);
  expect(sent(0, 1e6)).toBeUndefined();
});

// RFC 6265, 5.3: step 11 keeps the creation time of one that is still there; 5.4 sends those of later creation last.
test('one that an answer deleted, and the next one sets again, goes behind those that stayed', () => {
  const { sent, answer } = jars();
  answer(0, 0, 'a=1', 'b=2');
  answer(0, 1e6, 'a=; Max-Age=0');
  answer(0, 2e6, 'a=3');
  expect(sent(0, 3e6)).toBe('b=2; a=3');
});
