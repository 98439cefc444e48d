import { expect, test } from 'vitest';
import { hostsOverlap } from '../../src/manifest/host-name.ts';

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
