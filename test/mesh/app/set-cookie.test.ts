import { describe, expect, test } from 'vitest';
import { isSentTo, parseSetCookie } from '../../../src/mesh/app/set-cookie.ts';

const nowUs = 10e6;
const parsed = (line: string, host = 'books.example.com', path = '/shop/productpage?u=1') =>
  parseSetCookie(line, host, path, nowUs);

/** RFC 6265, sections 5.2 (attributes), 5.2.2 (Max-Age), 5.1.4 (paths), 5.3 (what is kept). */
describe('a line of Set-Cookie', () => {
  test.each([
    {
      line: 'a=b',
      name: 'a',
      value: 'b',
      untilUs: Infinity,
      isOfSession: true,
      path: '/shop',
      because: 'a session’s',
    },
    {
      line: ' a = b=c ; Path=/',
      name: 'a',
      value: 'b=c',
      path: '/',
      because: 'the first = divides; blanks around go',
    },
    { line: 'a=', value: '', because: 'a value may be empty' },
    {
      line: 'a=b; max-age=60',
      untilUs: 70e6,
      isOfSession: false,
      because: 'names of attributes have no case',
    },
    { line: 'a=b; Max-Age=0', untilUs: nowUs, because: '0 ends it at once' },
    { line: 'a=b; Max-Age=-1', untilUs: nowUs, because: 'and so does less' },
    {
      line: 'a=b; Max-Age=1h',
      untilUs: Infinity,
      isOfSession: true,
      because: 'what is no number is passed over',
    },
    {
      line: 'a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      untilUs: nowUs,
      isOfSession: false,
      because: 'long ago: it is deleted',
    },
    {
      line: 'a=b; Expires=Thu, 01 Jan 2099 00:00:00 GMT',
      untilUs: Infinity,
      isOfSession: false,
      because: 'some day: it outlasts the visit',
    },
    {
      line: 'a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60',
      untilUs: 70e6,
      because: 'Max-Age goes before Expires',
    },
    { line: 'a=b; Path=shop', path: '/shop', because: 'a path that does not begin with / is none' },
    { line: 'a=b; Domain=.example.com', name: 'a', because: 'the host is below that domain' },
  ])('$line: $because', ({ line, because: _because, ...cookie }) => {
    expect(parsed(line)).toMatchObject(cookie);
  });

  test.each([
    { line: 'no pair', because: 'it has no =' },
    { line: '=b', because: 'it has no name' },
    { line: 'a=b; Domain=example.org', because: 'it is for another domain' },
  ])('$line is no cookie: $because', ({ line }) => expect(parsed(line)).toBeUndefined());

  test.each([
    { path: '/', sent: true, because: 'all is below the root' },
    { path: '/shop', sent: true, because: 'below it' },
    { path: '/shop/productpage', sent: true, because: 'the very path' },
    { path: '/sho', sent: false, because: 'half a part is none' },
    { path: '/api', sent: false, because: 'elsewhere' },
  ])('of the path $path is sent to /shop/productpage: $sent, $because', ({ path, sent }) => {
    expect(isSentTo(parsed(`a=b; Path=${path}`)!, '/shop/productpage?u=1')).toBe(sent);
  });

  test('of a page at the top has the path /', () => {
    expect(parsed('a=b', 'books', '/productpage')!.path).toBe('/');
  });
});
