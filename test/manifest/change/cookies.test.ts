import { expect, test } from 'vitest';
import { nameOfCookie } from '../../../src/manifest/change/cookies.ts';

// RFC 6265, 5.2: the name is what stands before the first "=", without blanks before and after it.
test.each([
  { line: 'canary=1; Max-Age=60', because: 'as it is usually written' },
  { line: 'canary = 1; Path=/', because: 'blanks around the sign do not count' },
  { line: ' canary=a=b', because: 'nor one before it, and what follows is the value' },
])('"$line" sets the cookie canary: $because', ({ line }) => {
  expect(nameOfCookie(line)).toBe('canary');
});
