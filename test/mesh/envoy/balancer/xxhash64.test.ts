import { expect, test } from 'vitest';
import { hashOf, xxHash64 } from '../../../../src/index.ts';
import { whole } from './support.ts';

const digits = '123456789ABCDEF';

test.each([
  { input: '', seed: 0, hash: 0xef46db3751d8e999n, because: 'nothing at all' },
  { input: 'a', seed: 0, hash: 0xd24ec4f1a98c6e5bn, because: 'one byte' },
  { input: 'abc', seed: 0, hash: 0x44bc2cf5ad770999n, because: 'single bytes only' },
  { input: '1234', seed: 0, hash: 0xd8316e61d84f6ba4n, because: 'one half word' },
  { input: '1234567', seed: 0, hash: 0xd3a46e9108289359n, because: 'a half word and single bytes' },
  { input: '12345678', seed: 0, hash: 0xd2d02f08cf7cfd4an, because: 'one word' },
  { input: digits, seed: 0, hash: 0xa66df83f00e9202dn, because: 'each kind of tail' },
  { input: `${digits}${digits}1`, seed: 0, hash: 0x107dc0d6700d877bn, because: '31 bytes: no lane yet' },
  { input: `${digits}${digits}12`, seed: 0, hash: 0xc5b09bebb8cd6667n, because: '32 bytes: four lanes' },
  { input: `${digits}${digits}123`, seed: 0, hash: 0xb5709dfccee2dd11n, because: 'lanes and one byte' },
  { input: `${digits}${digits}123456789`, seed: 0, hash: 0xc42d1e348e671d65n, because: 'lanes and a tail' },
  { input: digits.repeat(6), seed: 0, hash: 0x98dcb2f96b684fdn, because: '90 bytes: two rounds of lanes' },
  { input: digits.repeat(9), seed: 0, hash: 0xafc27fb9850d0722n, because: '135 bytes: four rounds' },
  { input: '', seed: 1, hash: 0xd5afba1336a3be4bn, because: 'a seed' },
  { input: '1234567', seed: 1, hash: 0x3a9b3211fb1bcbd2n, because: 'a seed without lanes' },
  { input: `${digits}${digits}12`, seed: 1, hash: 0xd32893db8294a189n, because: 'a seed with lanes' },
  { input: '', seed: 0x7fffffff, hash: 0x2655611cbf9cdb34n, because: 'a large seed' },
  { input: digits.repeat(7), seed: 0x7fffffff, hash: 0x454ab2da4d045c8en, because: 'the same with lanes' },
])('XXH64("$input", $seed) is the published value: $because', ({ input, seed, hash }) => {
  expect(whole(xxHash64(input, seed))).toBe(hash);
});

test('bytes are hashed as they are: 102,400 times 255 give the published value', () => {
  expect(whole(xxHash64(new Uint8Array(102_400).fill(255)))).toBe(0x2f1bb6aa5d0cabccn);
});

test('text is hashed as UTF-8', () => {
  // ü is C3 BC, and the sign of the euro E2 82 AC.
  expect(xxHash64('ü€')).toEqual(xxHash64(Uint8Array.of(0xc3, 0xbc, 0xe2, 0x82, 0xac)));
});

test('a hash policy takes seed 0', () => {
  expect(hashOf('jason')).toEqual(xxHash64('jason', 0));
  expect(hashOf('jason')).not.toEqual(hashOf('mary'));
});
