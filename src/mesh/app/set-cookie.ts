/** A cookie as a browser keeps it. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** From when on it is gone; Infinity: not as long as the run lasts. */
  readonly untilUs: number;
  /** It ends with the visit. */
  readonly isOfSession: boolean;
}

/**
 * What a browser makes of a Set-Cookie line (RFC 6265, sections 5.2 and 5.3): undefined where it is none, or for another domain. One
 * that ends at once deletes the one that is there. Max-Age goes before Expires. Simplifications: a run has no date, so a cookie that
 * expires on some day is kept to the end, but one of last century, as pages delete cookies, is gone; `Secure` is not looked at.
 *
 * @param host that was asked, without a port. @param path that was asked for, with or without a query.
 */
export function parseSetCookie(line: string, host: string, path: string, nowUs: number): Cookie | undefined {
  const [pair = '', ...attributes] = line.split(';');
  const at = pair.indexOf('=');
  const name = pair.slice(0, Math.max(0, at)).trim();
  if (name === '') return undefined;
  const own = new Map<string, string>();
  for (const attribute of attributes) {
    const [key = '', ...value] = attribute.split('=');
    own.set(key.trim().toLowerCase(), value.join('=').trim());
  }
  const domain = (own.get('domain') ?? '').replace(/^\./, '').toLowerCase();
  if (domain !== '' && host.toLowerCase() !== domain && !host.toLowerCase().endsWith(`.${domain}`))
    return undefined;
  const maxAge = own.get('max-age') ?? '';
  const isAge = /^-?\d+$/.test(maxAge);
  const expires = isAge ? '' : (own.get('expires') ?? '');
  const untilUs = isAge
    ? nowUs + Math.max(0, Number(maxAge)) * 1e6
    : /\b1[0-9]{3}\b|-[7-9]\d\b/.test(expires)
      ? nowUs
      : Infinity;
  const written = own.get('path') ?? '';
  return {
    name,
    value: pair.slice(at + 1).trim(),
    path: written.startsWith('/') ? written : defaultPath(path),
    untilUs,
    isOfSession: !isAge && expires === '',
  };
}

/** RFC 6265, 5.1.4: that of the page, up to its last slash. */
function defaultPath(path: string): string {
  const plain = path.split('?')[0]!;
  const last = plain.lastIndexOf('/');
  return last <= 0 ? '/' : plain.slice(0, last);
}

/** Whether a cookie is sent along with what is asked for (RFC 6265, 5.1.4): it is for that path, or for one above it. */
export function isSentTo(cookie: Cookie, path: string): boolean {
  const plain = path.split('?')[0]!;
  return (
    plain === cookie.path ||
    (plain.startsWith(cookie.path) && (cookie.path.endsWith('/') || plain[cookie.path.length] === '/'))
  );
}
