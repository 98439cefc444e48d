/** "a", "a and b", "a, b or c"; of more than `most` those that come first: "a, b and 3 more". */
export function listed(
  names: readonly string[],
  last: 'and' | 'or' = 'and',
  most = Number.POSITIVE_INFINITY,
): string {
  const parts = names.length <= most ? names : [...names.slice(0, most), `${names.length - most} more`];
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1)!}`;
}
