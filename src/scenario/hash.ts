/** 64-bit FNV-1a over UTF-16 units, as 16 hex digits: tells one set of texts from another, and nothing more. */
export function hashTexts(texts: readonly string[]): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  const take = (unit: number): void => {
    low ^= unit;
    // times 0x100000001b3 in two 32-bit halves
    const product = (low >>> 0) * 0x1b3;
    high = (Math.imul(high, 0x1b3) + (low << 8) + Math.floor(product / 4294967296)) >>> 0;
    low = product >>> 0;
  };
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) take(text.charCodeAt(i));
    take(0xffff);
  }
  return high.toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}
