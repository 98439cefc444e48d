/** One text for what means the same: fields in any order, absent or empty. */
export function canonical(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(canonical).join(',')}]`;
  if (typeof data !== 'object' || data === null) return JSON.stringify(data) ?? '';
  const entries = Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`)
    .sort();
  return entries.length === 0 ? '' : `{${entries.join(',')}}`;
}
