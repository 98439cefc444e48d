import { expect, test } from 'vitest';
import { fqdnProblem, hostsOverlap } from '../../src/manifest/host-name.ts';

// istio pkg/config/host/name.go, Name.Matches.
test.each([
  { a: 'reviews', b: 'reviews', overlap: true, because: 'they are one' },
  { a: 'reviews', b: 'ratings', overlap: false, because: 'they are two' },
  { a: '*.com', b: 'a.com', overlap: true, because: 'the wildcard covers it' },
  { a: '*.com', b: 'a.org', overlap: false, because: 'it ends otherwise' },
  {
    a: '*.com',
    b: '*.a.com',
    overlap: true,
    because: 'all that the longer one covers the shorter one covers',
  },
  { a: '*.a.com', b: '*.b.com', overlap: false, because: 'neither ends as the other does' },
  { a: '*', b: 'reviews', overlap: true, because: 'it covers all' },
  { a: '*', b: '*.com', overlap: true, because: 'wildcards, too' },
  { a: '*.com', b: 'com', overlap: false, because: 'there is no dot' },
])('$a and $b have a name in common: $overlap, as $because', ({ a, b, overlap }) => {
  expect(hostsOverlap(a, b)).toBe(overlap);
  expect(hostsOverlap(b, a)).toBe(overlap);
});

// istio pkg/config/validation/agent/validation.go, validateDNS1123Labels: the last label is the top level domain.
test.each([
  { host: 'shop.123', wrong: 'top level domain "123" cannot be all-numeric' },
  { host: '123', wrong: 'top level domain "123" cannot be all-numeric' },
  { host: '123.shop', wrong: undefined },
  { host: 'shop.1a', wrong: undefined },
])('digits alone are no top level domain: $host', ({ host, wrong }) => {
  expect(fqdnProblem(host)).toBe(
    wrong === undefined ? undefined : `domain name "${host}" invalid (${wrong})`,
  );
});
