import { parse } from 'yaml';

/** Values that programs trip over: limits, wrong types, names that mean something to a terminal, a page or an object. */
export const nastyValues: readonly string[] = [
  ...['0', '-1', '1', '255', '256', '65536', '2147483647', '2147483648', '4294967296', '9007199254740993'],
  ...['1e9', '1e300', '1e-300', '-0', '0.1', '.inf', '-.inf', '.nan', '0x7f', '0o17', '1_000', '1:30'],
  ...[
    'null',
    '~',
    'true',
    'no',
    '""',
    "''",
    '[]',
    '{}',
    '[[]]',
    '{ a: { a: {} } }',
    '!!binary aaa',
    '&a [*a]',
    '*a',
  ],
  ...[
    '0s',
    '1us',
    '1ns',
    '-5s',
    '1h30m',
    '99999h',
    '5',
    '1.5.5s',
    '100%',
    '0%',
    '-1%',
    '101%',
    '1e3%',
    '1/0',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'length'],
  ...['"*"', '"."', '".."', '"../../etc/passwd"', '"a/b"', '"-"', '"--help"', '"/"', '"a b"', '"a=b"'],
  '"<script>alert(1)</script>"',
  '"javascript:alert(1)"',
  '"<img src=x onerror=alert(1)>"',
  '"]]>-->{{7*7}}"',
  '"\\e[2J\\e]0;title\\a"',
  '"\\u202eabc\\u2066"',
  '"\\0\\x7f\\x9b"',
  '"\\ud800"',
  '"\u{1f600}\u0301\u200d"',
  '"=1+1"',
  '"(a+)+$"',
  '"(?=a)"',
  '"\\\\1"',
  `"${'a'.repeat(300)}"`,
  `"${'9'.repeat(40)}"`,
];

/** The same as words of a command line: what YAML's quotes and escapes stand for. */
export const nastyWords: readonly string[] = nastyValues.map((value) =>
  value.startsWith('"') ? (parse(value) as string) : value,
);

/** Of which a terminal must never see one as it is; a line of CSV ends with both, CR and LF. */
export const rawControl =
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
