const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

type Parts = Record<'Y' | 'm' | 'd' | 'H' | 'M' | 'S' | 'zone' | 'us' | 'unix', number>;

/** What each conversion of strftime reads; Envoy adds `%3f` and the like, of as many digits of the second. */
const readers: Readonly<Record<string, readonly [string, (text: string, parts: Parts) => void]>> = {
  Y: ['\\d{4}', (text, parts) => void (parts.Y = Number(text))],
  m: ['\\d{2}', (text, parts) => void (parts.m = Number(text))],
  b: ['[A-Za-z]{3}', (text, parts) => void (parts.m = months.indexOf(text.toLowerCase()) + 1)],
  d: ['\\d{2}', (text, parts) => void (parts.d = Number(text))],
  e: [' ?\\d{1,2}', (text, parts) => void (parts.d = Number(text))],
  H: ['\\d{2}', (text, parts) => void (parts.H = Number(text))],
  M: ['\\d{2}', (text, parts) => void (parts.M = Number(text))],
  S: ['\\d{2}', (text, parts) => void (parts.S = Number(text))],
  s: ['\\d+', (text, parts) => void (parts.unix = Number(text))],
  f: ['\\d{1,9}', (text, parts) => void (parts.us = Number(`0.${text}`) * 1e6)],
  z: ['Z|[+-]\\d{2}:?\\d{2}', (text, parts) => void (parts.zone = zoneMinutes(text))],
  Z: ['[A-Z]{1,5}', () => undefined],
  a: ['[A-Za-z]{3}', () => undefined],
};

const shorthand: Readonly<Record<string, string>> = {
  T: '%H:%M:%S',
  F: '%Y-%m-%d',
  R: '%H:%M',
  D: '%m/%d/%y',
};

/** A format of strftime -> a reader of such times, in microseconds since 1970; undefined for a format with a conversion that is not known. */
export function timeReader(format: string): ((text: string) => number | undefined) | undefined {
  const long = format
    .replace(/%E(\d|\*)S/g, (_, digits: string) => `%S.%${digits === '*' ? '' : digits}f`)
    .replace(/%([TFRD])/g, (whole, name: string) => shorthand[name] ?? whole);
  const takers: ((text: string, parts: Parts) => void)[] = [];
  let isKnown = true;
  const pattern = long.replace(
    /%([1-9]?)([a-zA-Z%])|[^%]+|%/g,
    (whole, digits: string | undefined, name: string | undefined) => {
      if (name === undefined) return whole.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      if (name === '%') return '%';
      const reader = readers[name];
      if (reader === undefined) {
        isKnown = false;
        return '';
      }
      takers.push(reader[1]);
      return digits === undefined || digits === '' ? `(${reader[0]})` : `(\\d{${digits}})`;
    },
  );
  if (!isKnown) return undefined;
  const shape = new RegExp(`^${pattern}$`);
  return (text) => {
    const found = shape.exec(text.trim());
    if (found === null) return undefined;
    const parts: Parts = { Y: 1970, m: 1, d: 1, H: 0, M: 0, S: 0, zone: 0, us: 0, unix: Number.NaN };
    takers.forEach((take, place) => take(found[place + 1]!, parts));
    const { Y, m, d, H, M, S, zone, us, unix } = parts;
    const seconds = Number.isNaN(unix)
      ? (daysFrom1970(Y, m, d) * 24 * 60 + H * 60 + M - zone) * 60 + S
      : unix;
    return Math.round(seconds * 1e6 + us);
  };
}

function zoneMinutes(text: string): number {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return text.startsWith('-') ? -minutes : minutes;
}

/** Of the proleptic Gregorian calendar: the year begins in March, so that a leap day is its last. */
function daysFrom1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}
